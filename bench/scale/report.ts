import type { Run } from './plans';

/** What one statement of a call did at one size, in the middle of its runs. */
export type Figure = {
  call: string;
  text: string;
  buffers: number;
  temporary: number;
  rows: number;
  ms: number;
  shape: string;
};
export type Figures = Map<string, Figure>;

const middle = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** The first six runs fill caches, and Postgres plans five of them for their values; then it has settled on a plan. */
export function figureOf(call: string, runs: Run[]): Figure {
  const counted = runs.length > 6 ? runs.slice(6) : runs.slice(-1);
  const of = (name: 'buffers' | 'temporary' | 'rows' | 'ms') => middle(counted.map((run) => run[name]));
  const { text, shape } = runs.at(-1)!;
  return { call, text, shape, buffers: of('buffers'), temporary: of('temporary'), rows: of('rows'), ms: of('ms') };
}

const short = (text: string) => text.replace(/"/g, '').slice(0, 60);
const line = (cells: (string | number)[]) => `| ${cells.join(' | ')} |`;

/** A table of every statement of a size, those that read most first. */
export function tableOf(figures: Figures) {
  const rows = [...figures.values()].toSorted((a, b) => b.buffers - a.buffers);
  return [
    line(['call', 'statement', 'rows read', 'buffers', 'temporary', 'ms', 'plan']),
    line(Array(7).fill('---')),
    ...rows.map(({ call, text, rows, buffers, temporary, ms, shape }) =>
      line([call, short(text), rows, buffers, temporary, ms, shape]),
    ),
  ].join('\n');
}

/** The statements whose plan is another one at the larger size, or that read more by more than `most` buffers. */
export function differences(small: Figures, large: Figures, most: number) {
  return [...large].flatMap(([key, now]) => {
    const before = small.get(key);
    if (!before || (before.shape === now.shape && now.buffers - before.buffers <= most)) return [];
    const plan = before.shape === now.shape ? 'the same plan' : `${before.shape} became ${now.shape}`;
    return [`${now.call}: ${before.buffers} buffers became ${now.buffers}, ${plan} · ${short(now.text)}`];
  });
}

/** How a login has changed between two sizes, in a sentence. */
export function loginVerdict(small: Figures, large: Figures, call = 'sign in') {
  const pairs = [...large.values()]
    .filter((figure) => figure.call === call)
    .map((now) => ({ now, before: small.get(`${now.call} ${now.text}`) }));
  const more = pairs.map(({ now, before }) => now.buffers - (before?.buffers ?? 0));
  const changed = pairs.filter(({ now, before }) => now.shape !== before?.shape).length;
  return `${call}: ${pairs.length} statements with those of triggers, ${changed} with another plan, buffers more: ${more.join(', ')}`;
}
