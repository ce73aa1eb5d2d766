import type { ReactNode } from 'react';
import { TextLink } from './text-link';

type ListProps<T> = {
  rows: readonly T[];
  /** What stands there where there is none. */
  empty: string;
  children: (row: T) => ReactNode;
} & PagerProps;

/** Rows of a card under each other, and the way to those that come after them. */
export function List<T>({ rows, empty, children, ...pager }: ListProps<T>) {
  if (rows.length === 0) return <p className="text-sm text-muted">{empty}</p>;
  return (
    <>
      <ul className="-my-3 divide-y divide-line">{rows.map(children)}</ul>
      <Pager {...pager} />
    </>
  );
}

type RowProps = { title: ReactNode; children?: ReactNode; action?: ReactNode };

/** One row: what it is, and what can be done with it. */
export const Row = ({ title, children, action }: RowProps) => (
  <li className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 py-3 text-sm">
    <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
      <span className="font-medium">{title}</span>
      {children}
    </div>
    {action}
  </li>
);

type PagerProps = {
  /** Where the next page begins, if there is one. */
  next?: string | null;
  /** The query of the page's address, which the link keeps. */
  query?: Record<string, string | string[] | undefined>;
};

/** The link to the next page of a list, by its cursor. */
export function Pager({ next, query = {} }: PagerProps) {
  if (!next) return null;
  const pairs = Object.entries(query).flatMap(([name, value = []]) => [value].flat().map((one) => [name, one]));
  const parameters = new URLSearchParams(pairs);
  parameters.set('cursor', next);
  return (
    <p className="mt-5 border-t border-line pt-5 text-sm">
      <TextLink href={`?${parameters}`}>Next</TextLink>
    </p>
  );
}
