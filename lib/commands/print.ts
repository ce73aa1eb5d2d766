type Row = Record<string, unknown>;

/** What an operation answered, for a person: a list as a table, other fields a line each. */
export function printed(value: Row) {
  const entries = Object.entries(value).filter(([, field]) => field !== undefined && field !== null);
  return entries.map(([name, field]) => (isTable(field) ? table(field) : `${name}: ${cell(field)}`)).join('\n');
}

const isTable = (field: unknown): field is Row[] =>
  Array.isArray(field) && field.every((row) => typeof row === 'object' && row !== null);

function table(rows: Row[]) {
  if (rows.length === 0) return 'None.';
  const names = Object.keys(rows[0]!);
  const lines = [names, ...rows.map((row) => names.map((name) => cell(row[name])))];
  const widths = names.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines
    .map((line) =>
      line
        .map((text, column) => text.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** One line of text that moves no cursor of a terminal, whatever somebody called themselves. */
function cell(value: unknown): string {
  if (Array.isArray(value)) return value.map((one) => (isRow(one) ? String(one.name ?? one.id) : cell(one))).join(', ');
  if (isRow(value)) return JSON.stringify(value);
  return String(value ?? '').replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ');
}

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null;
