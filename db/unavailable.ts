// Node's and postgres.js's words for a broken connection, Postgres classes 08 and 57P, and a server that only reads, as one
// does that was the primary before a failover (Appendix A of its manual).
const unavailableCode =
  /^(ECONN\w+|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|EHOSTUNREACH|ENETUNREACH|CONNECT_TIMEOUT|CONNECTION_\w+|08\w{3}|57P\d\d|25006)$/;
// It answers and cannot do it now: no room, or not in time. The connection is as good as before.
const busy = /^(53\w{3}|57014|55P03|25P03)$/;

/** Tells whether an error means that the database is away or cannot do it now, rather than that a statement is wrong. */
export const isUnavailable = (error: unknown) => has(error, (code) => unavailableCode.test(code) || busy.test(code));

/** Tells whether an error means that the connection is of no use any more, nor those that rest beside it. */
export const isAway = (error: unknown) => has(error, (code) => unavailableCode.test(code));

/** Poolers in transaction mode say so of what is set for a connection; no waiting changes that. */
export const isUnsupportedSetting = (error: unknown) =>
  error instanceof Error && /unsupported startup parameter/.test(error.message);

function has(error: unknown, isMeant: (code: string) => boolean): boolean {
  if (!(error instanceof Error) || isUnsupportedSetting(error)) return false;
  const { code } = error as { code?: unknown };
  return (typeof code === 'string' && isMeant(code)) || has(error.cause, isMeant);
}

/** What Postgres said of a statement or a connection that it refused, for an operator: never with the address or the password. */
export function databaseMessage(error: unknown, of = ''): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, severity, migration = of } = error as { code?: string; severity?: string; migration?: string };
  if (!severity || !code) return databaseMessage(error.cause, migration);
  return `the database says: ${error.message} (${code}${migration && `, in migration ${migration}`})`;
}
