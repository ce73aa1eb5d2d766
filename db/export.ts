import { embeddedClient } from './index';

/**
 * The embedded database as SQL that `psql` restores into an empty one, whichever Postgres it is. Whoever owns that one
 * owns everything in it.
 */
export async function exportEmbedded() {
  const { pgDump } = await import('@electric-sql/pglite-tools/pg_dump');
  const dump = await pgDump({ pg: embeddedClient(), args: ['--no-owner', '--no-privileges', '--schema', 'public'] });
  // A setting that servers before 17 do not know; and the schema, which every new database has.
  return (await dump.text()).replace(/^(SET transaction_timeout = 0;|CREATE SCHEMA public;)\n/gm, '');
}
