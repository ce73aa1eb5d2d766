import type { SQL } from 'drizzle-orm';
import { sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';

/** A part of a statement that has no values of a call: its text is made once, when it is first needed. */
export function fixedText(part: SQL) {
  let text: string | undefined;
  return () => {
    text ??= new PgDialect({ casing: 'snake_case' }).sqlToQuery(part.inlineParams()).sql;
    return sql.raw(text);
  };
}
