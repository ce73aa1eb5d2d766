import type { ReactNode } from 'react';

type ListProps<T> = {
  rows: readonly T[];
  /** What stands there where there is none. */
  empty: string;
  /** Where the next page begins, if there is one. */
  next?: string | null;
  children: (row: T) => ReactNode;
};

/** Rows of a card under each other, and the way to those that come after them. */
export function List<T>({ rows, empty, next, children }: ListProps<T>) {
  if (rows.length === 0) return <p className="text-sm text-muted">{empty}</p>;
  return (
    <>
      <ul className="-my-3 divide-y divide-line">{rows.map(children)}</ul>
      <Pager next={next} />
    </>
  );
}

type RowProps = { title: ReactNode; children?: ReactNode; action?: ReactNode };

/** One row: what it is, and what can be done with it. */
export function Row({ title, children, action }: RowProps) {
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 py-3 text-sm">
      <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
        <span className="font-medium">{title}</span>
        {children}
      </div>
      {action}
    </li>
  );
}

/** The link to the next page of a list, by its cursor. */
export function Pager({ next }: { next?: string | null }) {
  if (!next) return null;
  return (
    <p className="mt-5 border-t border-line pt-5 text-sm">
      <a className="link" href={`?cursor=${encodeURIComponent(next)}`}>
        Next
      </a>
    </p>
  );
}
