import type { Figures, Kind } from './round';

export const kindName = ({ flow, atOnce }: Kind) => `${flow}, ${atOnce} at a time`;

/** A table for each flow: a line for each figure, a column for each contender, which is empty for what it does not have. */
export function tables(measured: Map<string, Map<string, Figures[]>>) {
  const made = [...measured].map(([name, contenders]) => {
    const kinds = Object.keys([...contenders.values()].find((rounds) => rounds.length)![0]!) as (keyof Figures)[];
    const lines = kinds.map((kind) => [
      kind,
      ...[...contenders.values()].map((rounds) => spread(rounds.map((round) => round[kind]))),
    ]);
    return markdown([[name, ...contenders.keys()], ...lines]);
  });
  return made.join('\n\n');
}

function spread(values: number[]) {
  if (values.length === 0) return '';
  const sorted = values.toSorted((a, b) => a - b);
  const [middle, low, high] = [sorted[Math.floor(sorted.length / 2)]!, sorted[0]!, sorted.at(-1)!].map(figure);
  return low === high ? middle! : `${middle} (${low} to ${high})`;
}

const figure = (value: number) => value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 2 : 0 });

/** The lines as a table, the first of them its head. */
export function markdown([head = [], ...lines]: string[][]) {
  const widths = head.map((_, column) => Math.max(...[head, ...lines].map((line) => line[column]!.length)));
  const row = (line: string[]) => `| ${line.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  return [row(head), row(widths.map((width) => '-'.repeat(width))), ...lines.map(row)].join('\n');
}
