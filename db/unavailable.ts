// Node's and postgres.js's words for a broken connection, and Postgres classes 08, 53 and 57P (Appendix A of its manual).
const words =
  /^(ECONN\w+|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|EHOSTUNREACH|CONNECT_TIMEOUT|CONNECTION_\w+|08\w{3}|53\w{3}|57P\d\d)$/;

/** Tells whether an error means that the database is away, rather than that a statement is wrong. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  return (typeof code === 'string' && words.test(code)) || isUnavailable(error.cause);
}
