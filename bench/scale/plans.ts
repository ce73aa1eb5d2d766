/** What auto_explain says of a node, as far as it is used here. */
type Node = {
  'Node Type': string;
  'Parent Relationship'?: string;
  'Subplan Name'?: string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Rows'?: number;
  'Actual Loops'?: number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  'Shared Hit Blocks'?: number;
  'Shared Read Blocks'?: number;
  'Temp Written Blocks'?: number;
  Plans?: Node[];
};

export type Run = { text: string; ms: number; buffers: number; temporary: number; rows: number; shape: string };

/** Reads what a server with auto_explain logs, also when a message comes in pieces. */
export function planReader(seen: (run: Run) => void) {
  let rest = '';
  let open: { ms: number; lines: string[] } | undefined;
  const end = () => {
    if (!open) return;
    const { 'Query Text': text, Plan: plan } = JSON.parse(open.lines.join('\n')) as {
      'Query Text': string;
      Plan: Node;
    };
    seen({ text: text.replace(/\s+/g, ' ').trim(), ms: open.ms, ...figuresOf(plan) });
    open = undefined;
  };
  return (message: string) => {
    const lines = (rest + message).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const [, ms] = /duration: ([\d.]+) ms\s+plan:$/.exec(line) ?? [];
      if (!line.startsWith('\t')) end();
      else open?.lines.push(line.slice(1));
      if (ms) open = { ms: Number(ms), lines: [] };
      if (line === '\t}') end();
    }
  };
}

const figuresOf = (plan: Node) => ({
  buffers: buffersOf(plan),
  temporary: plan['Temp Written Blocks'] ?? 0,
  rows: Math.round(rowsRead(plan)),
  shape: shapeOf(plan),
});

const blocksOf = (node: Node) => (node['Shared Hit Blocks'] ?? 0) + (node['Shared Read Blocks'] ?? 0);
const isPart = (node: Node) => !node['Parent Relationship'] || !!node['Subplan Name']?.startsWith('CTE ');
const sum = (of: number[]) => of.reduce((all, one) => all + one, 0);

/**
 * What the plan and every part of a `with` have read, each part once: whoever scans a part has counted what that read, and
 * one that nobody scans to its end runs after the plan, which has not.
 */
function buffersOf(node: Node): number {
  const plans = node.Plans ?? [];
  const others = sum(plans.filter((below) => !isPart(below)).map(blocksOf));
  const ofPart = node['Node Type'] === 'CTE Scan' ? blocksOf(node) - others : 0;
  return (isPart(node) ? blocksOf(node) : 0) - ofPart + sum(plans.map(buffersOf));
}

/** The rows that scans have looked at, those that a filter threw away too. */
function rowsRead(node: Node): number {
  const looked =
    (node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
  const own = node['Relation Name'] && /Scan$/.test(node['Node Type']) ? looked * (node['Actual Loops'] ?? 1) : 0;
  return own + sum((node.Plans ?? []).map(rowsRead));
}

/** Which tables and indexes are gone through how, in a line. */
function shapeOf(node: Node): string {
  const { 'Node Type': type, 'Relation Name': table, 'Index Name': index, Plans: plans = [] } = node;
  const below = plans.map(shapeOf).filter(Boolean).join(' ');
  if (type === 'Result' || type === 'Subquery Scan') return below;
  const on = index ?? table;
  const name = on ? `${type.replace(' Scan', '')}(${on})` : type;
  return below ? `${name}[${below}]` : name;
}
