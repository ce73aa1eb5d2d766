import { readFileSync } from 'node:fs';
import { thatHold } from './refusal';

/** Timeouts in milliseconds, 0 for none: a request is answered within five seconds even if the database hangs. */
const LIMITS = { statement_timeout: 3_500, lock_timeout: 3_000, idle_in_transaction_session_timeout: 10_000 };
const CONNECT_TIMEOUT = 3;

const simple = ['host', 'port', 'user', 'password', 'dbname', 'application_name', 'options', 'sslmode', 'ssl'];
const others = ['sslrootcert', 'sslcert', 'sslkey', 'sslnegotiation', 'channel_binding', 'gssencmode', 'schema'];
const ours = ['search_path', 'pgbouncer', 'prepare', 'connect_timeout', 'target_session_attrs', ...Object.keys(LIMITS)];
const understood = new Set([...simple, ...others, ...ours]);

const sslmodes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'];

/** Reads a `DATABASE_URL` into options of postgres.js. Every parameter has an effect or is reported as a problem. */
export function readDatabaseUrl(url: string) {
  const problems: string[] = [];
  const [, credentials = '', hosts = '', path = '', query = ''] =
    /^postgres(?:ql)?:\/\/(?:([^/?#]*)@)?([^/?#@]*)(?:\/([^?#/]*))?(?:\?([^#]*))?$/.exec(url) ?? refused();
  const parameters = Object.fromEntries(new URLSearchParams(query));
  const [user, ...password] = credentials.split(':');
  const word = (text: string | undefined) => (text ? decoded(text) : undefined);

  /** The part before the query is read as by `new URL`, but may have several hosts. */
  function refused(): string[] {
    problems.push('cannot be read: it is postgres://user:password@host:5432/database, other characters as %2F, %40 …');
    return [];
  }
  function decoded(text: string) {
    try {
      return decodeURIComponent(text);
    } catch {
      problems.push('has a % that is no escape: write %25 for it');
      return text;
    }
  }
  function number(name: string, standard: number) {
    if (parameters[name] === undefined) return standard;
    if (!/^\d{1,9}$/.test(parameters[name])) problems.push(`has ${name}=${parameters[name]}, which is no number`);
    return Number(parameters[name]) || 0;
  }

  problems.push(...contradictions(parameters));
  const limits = Object.fromEntries(
    Object.entries(LIMITS).map(([name, standard]) => [name, number(name, standard)]),
  ) as typeof LIMITS;
  const places = (parameters.host ?? decoded(hosts)).split(',').map((text) => placeOf(text, parameters.port));
  const socket = places[0]!.host.startsWith('/') ? `${places[0]!.host}/.s.PGSQL.${places[0]!.port}` : undefined;
  if (places.length > 1 && places.some(({ host }) => host.startsWith('/')))
    problems.push('has a socket among several hosts');
  const attributes = parameters.target_session_attrs;
  const schema = parameters.schema || undefined;

  return {
    problems,
    limits,
    /** The schema that is made where it is missing. */
    schema,
    host: socket || !places[0]!.host ? undefined : places.map(({ host }) => host),
    port: places.map(({ port }) => port),
    path: socket,
    username: parameters.user ?? word(user),
    password: parameters.password ?? word(password.join(':')),
    database: parameters.dbname ?? word(path),
    ssl: tlsOf(parameters, problems),
    sslnegotiation: parameters.sslnegotiation === 'direct' ? ('direct' as const) : undefined,
    target_session_attrs: attributes === 'any' ? undefined : (attributes as 'read-write' | 'primary' | undefined),
    connect_timeout: number('connect_timeout', CONNECT_TIMEOUT),
    /** A pooler in transaction mode: nothing is set for a connection, which the next transaction may not have. */
    isPooled: parameters.pgbouncer === 'true',
    prepare: parameters.prepare !== 'false' && parameters.pgbouncer !== 'true',
    connection: {
      ...(parameters.application_name && { application_name: parameters.application_name }),
      ...(parameters.options && { options: parameters.options }),
      ...(parameters.search_path && { search_path: parameters.search_path }),
      ...(schema && { search_path: `"${schema.replaceAll('"', '""')}"` }),
    },
  };
}

/** `host`, `host:port`, `[address]:port`, or the folder of a socket. */
function placeOf(text: string, otherwise = '5432') {
  const [, bracketed, plain = '', port] = /^(?:\[([^\]]*)\]|(\/.*|[^:]*))(?::(\d+))?$/.exec(text) ?? ['', text];
  return { host: bracketed ?? plain, port: Number(port ?? otherwise.split(',')[0]) };
}

/** Parameters that are unsupported or exclude each other, each with the remedy. */
function contradictions(parameters: Record<string, string>) {
  const { channel_binding, options = '', pgbouncer, schema, search_path, sslmode, target_session_attrs } = parameters;
  const inOptions = Object.keys(LIMITS).filter((name) => options.includes(name));
  const path = schema === undefined ? 'search_path' : 'schema';
  const known = thatHold({
    'has channel_binding=require, which its driver cannot do: take it out, and have sslmode=verify-full':
      channel_binding === 'require',
    'has schema and search_path: keep one': schema !== undefined && search_path !== undefined,
    [`has ${path} beside pgbouncer=true, where nothing can be set for a connection: alter role … set search_path`]:
      pgbouncer === 'true' && (schema ?? search_path) !== undefined,
    [`sets ${inOptions.join(', ')} in options: write ?${inOptions[0]}=… in milliseconds`]: inOptions.length > 0,
    [`has sslmode=${sslmode}, which is none of ${sslmodes.join(', ')}`]:
      sslmode !== undefined && !sslmodes.includes(sslmode),
    [`has target_session_attrs=${target_session_attrs}, but Latchkey writes: read-write, primary or any`]:
      target_session_attrs !== undefined && !['any', 'read-write', 'primary'].includes(target_session_attrs),
  });
  const unclear = ['pgbouncer', 'prepare', 'ssl'].filter(
    (name) => !['true', 'false', undefined].includes(parameters[name]),
  );
  const unknown = Object.keys(parameters).filter((name) => !understood.has(name));
  return [
    ...known,
    ...unclear.map((name) => `has ${name}=${parameters[name]}, which is true or false`),
    ...unknown.map(
      (name) => `has ${name}, which is not known here: ${instead[name] ?? 'take it out, or see docs/self-hosting.md'}`,
    ),
  ];
}

const instead: Record<string, string> = {
  connection_limit: 'set DATABASE_POOL_SIZE',
  pool_timeout: 'set connect_timeout',
  currentSchema: 'set schema',
};

/** TLS as libpq means it: with a root certificate `require` checks the certificate, and only `verify-full` the name in it. */
function tlsOf({ sslmode, ssl, sslrootcert, sslcert, sslkey }: Record<string, string>, problems: string[]) {
  const read = (name: string, path: string | undefined) => {
    if (!path) return undefined;
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      problems.push(`has ${name}=${path}, which cannot be read (${(error as NodeJS.ErrnoException).code})`);
      return undefined;
    }
  };
  const rooted = sslrootcert && sslrootcert !== 'system';
  const files = {
    ca: rooted ? read('sslrootcert', sslrootcert) : undefined,
    cert: read('sslcert', sslcert),
    key: read('sslkey', sslkey),
  };
  const mode = sslmode ?? (sslrootcert ? 'verify-full' : ssl === 'true' ? 'require' : 'disable');
  if (mode === 'disable') return false;
  if (mode === 'verify-full' || sslrootcert === 'system') return files;
  if (mode === 'verify-ca' || rooted) return { ...files, checkServerIdentity: () => undefined };
  if (mode === 'require') return { ...files, rejectUnauthorized: false };
  return mode as 'allow' | 'prefer';
}
