import { is, type Placeholder, SQL, sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import type { Db } from '.';

const dialect = new PgDialect({ casing: 'snake_case' });

type Placeholders<Values> = { [Name in keyof Values]-?: Placeholder };
type Statement<Rows> = { execute: (values: Record<string, unknown>) => Promise<Rows> };
type Builder<Rows> = { prepare: (name: string) => Statement<Rows> };

/**
 * A statement whose text is made once: what is built has a placeholder for each value of a call, and whatever else stands in
 * it is a constant. Values go to the driver as they are, so a time is an ISO text and what is absent is null; `sql` answers
 * the rows as the driver has them, and a query of Drizzle's builder as its columns say.
 */
export function prepared<Values extends object = Record<never, unknown>>() {
  type Of<Rows> = (db: Db, values: Values) => Promise<Rows>;
  function make<Row>(build: (value: Placeholders<Values>, db: Db) => SQL<Row>): Of<Row[]>;
  function make<Rows>(build: (value: Placeholders<Values>, db: Db) => Builder<Rows>): Of<Rows>;
  function make(build: (value: Placeholders<Values>, db: Db) => SQL | Builder<unknown>): Of<unknown> {
    const ofSession = new WeakMap<object, Statement<unknown>>();
    let text: ReturnType<PgDialect['sqlToQuery']> | undefined;
    const prepare = (db: Db) => {
      const built = text ? undefined : build(placeholders as Placeholders<Values>, db);
      if (built && !is(built, SQL)) return built.prepare('');
      text ??= dialect.sqlToQuery(built!.inlineParams());
      return rowsFrom(db._.session.prepareQuery(text, undefined, undefined, false));
    };
    return (db, values) => {
      const { session } = db._;
      const statement = ofSession.get(session) ?? prepare(db);
      ofSession.set(session, statement);
      return statement.execute(values as Record<string, unknown>);
    };
  }
  return make;
}

const rowsFrom = (statement: { execute: Statement<unknown>['execute'] }): Statement<unknown> => ({
  execute: async (values) => rowsOf(await statement.execute(values)),
});

/** The rows of a raw statement, which the two drivers hand back in different wrappings. */
export function rowsOf<Row>(result: unknown) {
  return (Array.isArray(result) ? result : (result as { rows: Row[] }).rows) as Row[];
}

/** A placeholder for whatever name is asked for. */
const placeholders = new Proxy({}, { get: (_, name) => sql.placeholder(String(name)) });
