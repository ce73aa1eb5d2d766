import type { Db } from '@/db';
import type { AnyOperation } from '@/lib/operation';

type Link = { href: string; label: string };

/** What an extension adds. Each part is read where ours of its kind stand, so that none of our files has to change. */
export type Extension = {
  /** Operations under `/api/v1`, as in `lib/api/routes.ts`. */
  routes?: Record<string, AnyOperation>;
  /** Operations of the command line, as in `lib/api/routes.ts`. */
  commands?: Record<string, AnyOperation>;
  /** Links in the navigation of everybody, and in that of administrators. */
  account?: readonly Link[];
  administration?: readonly Link[];
  /** What it stores of a person, for the export of the account. It goes with the account by its foreign key. */
  personalData?: (tx: Db, userId: string) => Promise<unknown>;
  /** Deletes what has expired, every ten minutes. */
  purge?: (db: Db) => Promise<unknown>;
};
