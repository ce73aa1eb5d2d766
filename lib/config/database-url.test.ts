import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseConfig, readDatabaseUrl } from '@/lib/config';

const read = (url: string) => {
  const { problems, ...address } = readDatabaseUrl(url);
  expect(problems, url).toEqual([]);
  return address;
};
const problemsOf = (parameters: string) => readDatabaseUrl(`postgres://u@h/d?${parameters}`).problems;

test('a URL is read as libpq reads it', () => {
  expect(read('postgres://ada:p%40ss@db.example.com:6432/latch%20key')).toMatchObject({
    host: ['db.example.com'],
    port: [6432],
    username: 'ada',
    password: 'p@ss',
    database: 'latch key',
    ssl: false,
    prepare: true,
  });
  expect(read('postgresql://u:a:b@h1,h2:6432,[::1]:7000/d')).toMatchObject({
    host: ['h1', 'h2', '::1'],
    port: [5432, 6432, 7000],
    password: 'a:b',
  });
  expect(read('postgres://u:p@ss@h/d')).toMatchObject({ password: 'p@ss', host: ['h'] });
  expect(read('postgres:///d?host=h&port=6432&user=u&password=p')).toMatchObject({
    host: ['h'],
    port: [6432],
    username: 'u',
  });
});

test('a socket is found by its folder, wherever the URL names it', () => {
  for (const url of ['postgres://u@/d?host=/run/postgresql', 'postgres://u@%2Frun%2Fpostgresql/d']) {
    expect(read(url)).toMatchObject({ host: undefined, path: '/run/postgresql/.s.PGSQL.5432', database: 'd' });
  }
  expect(read('postgres:///d?host=/tmp&port=6432')).toMatchObject({ path: '/tmp/.s.PGSQL.6432' });
});

test('schema and search_path say where tables are, options go on as they are', () => {
  expect(read('postgres://h/d?schema=Sign-"in"')).toMatchObject({
    schema: 'Sign-"in"',
    connection: { search_path: '"Sign-""in"""' },
  });
  expect(read('postgres://h/d?search_path=a,b').connection).toEqual({ search_path: 'a,b' });
  expect(read('postgres://h/d?options=-c%20search_path%3Da').connection).toEqual({ options: '-c search_path=a' });
});

test('behind a pooler nothing is named or set for a connection', () => {
  expect(read('postgres://h/d?pgbouncer=true')).toMatchObject({ isPooled: true, prepare: false });
  expect(read('postgres://h/d?prepare=false')).toMatchObject({ isPooled: false, prepare: false });
});

test('TLS is what libpq makes of sslmode and sslrootcert, and a channel binding that is not demanded is none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-root-'));
  const ca = join(folder, 'ca.pem');
  writeFileSync(ca, 'the root');
  const ssl = (parameters: string) => read(`postgres://h/d?${parameters}`).ssl;
  expect(ssl('sslmode=disable')).toBe(false);
  expect(ssl('sslmode=prefer&channel_binding=prefer')).toBe('prefer');
  expect(ssl('sslmode=require')).toMatchObject({ rejectUnauthorized: false });
  expect(ssl('sslmode=verify-full')).not.toHaveProperty('rejectUnauthorized');
  expect(ssl('sslrootcert=system')).not.toHaveProperty('rejectUnauthorized');
  for (const mode of ['require', 'verify-ca']) {
    const checked = ssl(`sslmode=${mode}&sslrootcert=${ca}`);
    expect(checked).toMatchObject({ ca: 'the root', checkServerIdentity: expect.any(Function) });
    expect(checked).not.toHaveProperty('rejectUnauthorized');
  }
  expect(ssl(`sslmode=verify-full&sslrootcert=${ca}`)).toMatchObject({ ca: 'the root' });
  expect(ssl(`sslmode=verify-full&sslrootcert=${ca}`)).not.toHaveProperty('checkServerIdentity');
  rmSync(folder, { recursive: true });
});

test('limits are those of the URL, else ours', () => {
  const ours = { statement_timeout: 3500, lock_timeout: 3000, idle_in_transaction_session_timeout: 10000 };
  expect(read('postgres://h/d')).toMatchObject({ limits: ours, connect_timeout: 3 });
  expect(read('postgres://h/d?statement_timeout=0&connect_timeout=9')).toMatchObject({
    limits: { ...ours, statement_timeout: 0 },
    connect_timeout: 9,
  });
});

test('what cannot be done is refused by its name', () => {
  expect(problemsOf('channel_binding=require')[0]).toContain('channel_binding=require');
  expect(problemsOf('pgbouncer=true&schema=a')[0]).toContain('schema beside pgbouncer=true');
  expect(problemsOf('schema=a&search_path=b')[0]).toContain('schema and search_path');
  expect(problemsOf('target_session_attrs=standby')[0]).toContain('target_session_attrs=standby');
  expect(problemsOf('sslmode=sometimes')[0]).toContain('sslmode=sometimes');
  expect(problemsOf('sslrootcert=/nowhere/ca.pem')[0]).toContain(
    'sslrootcert=/nowhere/ca.pem, which cannot be read (ENOENT)',
  );
  expect(problemsOf('statement_timeout=5s')[0]).toContain('statement_timeout=5s');
  expect(problemsOf('options=-c%20lock_timeout%3D1')[0]).toContain('lock_timeout in options');
  expect(problemsOf('connection_limit=5')[0]).toContain(
    'connection_limit, which is not known here: set DATABASE_POOL_SIZE',
  );
  expect(problemsOf('sslmod=require')[0]).toContain('sslmod, which is not known');
  expect(readDatabaseUrl('postgres://u:p/w@h/d').problems[0]).toContain('cannot be read');
});

test('a start is refused with all of them, and never with the password', () => {
  const DATABASE_URL = 'postgres://u:pass-word@h/d?channel_binding=require&sslmod=require';
  const start = () => parseConfig({ DATABASE_URL, DATA_DIR: 'memory:' });
  expect(start).toThrow(/DATABASE_URL has channel_binding=require[\s\S]*DATABASE_URL has sslmod/);
  expect(start).not.toThrow(/pass-word/);
});
