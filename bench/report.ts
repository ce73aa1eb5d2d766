import type { Figures } from './round';

/** A line for each kind of cost, a column for each contender. */
export function table(measured: Map<string, Figures[]>) {
  const kinds = Object.keys([...measured.values()][0]![0]!) as (keyof Figures)[];
  const lines = kinds.map((kind) => [
    kind,
    ...[...measured.values()].map((rounds) => spread(rounds.map((round) => round[kind]))),
  ]);
  return markdown([['per sign-in', ...measured.keys()], ...lines]);
}

function spread(values: number[]) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)]!;
  return `${figure(middle)} (${figure(sorted[0]!)} to ${figure(sorted.at(-1)!)})`;
}

const figure = (value: number) => value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 2 : 0 });

function markdown([head = [], ...lines]: string[][]) {
  const widths = head.map((_, column) => Math.max(...[head, ...lines].map((line) => line[column]!.length)));
  const row = (line: string[]) => `| ${line.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  return [row(head), row(widths.map((width) => '-'.repeat(width))), ...lines.map(row)].join('\n');
}
