/** What auto_explain says of a node, as far as it is used here. */
type Node = {
  'Node Type': string;
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
  buffers: (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0),
  temporary: plan['Temp Written Blocks'] ?? 0,
  rows: Math.round(rowsRead(plan)),
  shape: shapeOf(plan),
});

/** The rows that scans have looked at, those that a filter threw away too. */
function rowsRead(node: Node): number {
  const looked =
    (node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
  const own = node['Relation Name'] && /Scan$/.test(node['Node Type']) ? looked * (node['Actual Loops'] ?? 1) : 0;
  return (node.Plans ?? []).reduce((sum, below) => sum + rowsRead(below), own);
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
