/** A node of `explain (format json)`. */
export type Node = {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Index Cond'?: string;
  Filter?: string;
  Plans?: Node[];
};

/** Of these there are few, however many people there are. */
const few = new Set(
  'api_keys client_groups clients groups latchkey_migrations logout_notices settings signing_keys steady_keys'.split(
    ' ',
  ),
);

/**
 * The tables that a plan reads in whole: without an index, or all along one that holds every row, unless it takes the first
 * of them in order and stops.
 */
export function wholeTablesIn([{ Plan }]: [{ Plan: Node }], partialIndexes: Set<string>) {
  const found = new Set<string>();
  walk(Plan, false);
  return [...found].filter((table) => !few.has(table));

  function walk(node: Node, stopsEarly: boolean, table = node['Relation Name']) {
    const type = node['Node Type'];
    const isScan = /^(Seq|Index|Index Only|Bitmap Index) Scan$/.test(type);
    const isNarrow = node['Index Cond'] || partialIndexes.has(node['Index Name'] ?? '') || (stopsEarly && !node.Filter);
    if (isScan && (type === 'Seq Scan' || !isNarrow)) found.add(table ?? type);
    const passes = /Limit|Nested Loop|LockRows|Subquery Scan|Incremental Sort|Memoize/.test(type);
    for (const below of node.Plans ?? [])
      walk(
        below,
        type === 'Limit' || (stopsEarly && passes),
        below['Relation Name'] ?? (type === 'Bitmap Heap Scan' ? table : undefined),
      );
  }
}
