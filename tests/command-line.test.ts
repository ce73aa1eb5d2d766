import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, test as everyDatabase, expect, inject } from 'vitest';
import { db } from '@/db';
import { lockFolder } from '@/db/folder-lock';
import { outbox } from '@/db/schema';
import { config } from '@/lib/config';
import { freePort } from './setup/free-port';
import { latchkey, node } from './setup/latchkey';
import { withSettings } from './setup/settings';

// Processes with settings of their own: once is enough.
const test = everyDatabase.skipIf(config.databaseUrl);
const slow = { timeout: 300_000 };
const folder = mkdtempSync(join(tmpdir(), 'latchkey-command-'));
afterAll(() => rmSync(folder, { recursive: true }));

test(
  'what the command line does not understand it answers with what it can do, and touches nothing',
  slow,
  async () => {
    const DATA_DIR = join(folder, 'untouched');
    const answer = await latchkey(['constructor'], { DATA_DIR });
    expect(answer).toMatchObject({ code: 2, stdout: '' });
    expect(answer.stderr).toMatch(/^error: unknown command 'constructor'\n/);
    const all = await latchkey([], { DATA_DIR });
    expect(all).toMatchObject({ code: 2, stdout: '' });
    expect(all.stderr).toMatch(/^Usage: latchkey \[options\] \[command\]\n[\s\S]*\n {2}migrate +Brings/);
    expect(await latchkey(['groups', '--help'], { DATA_DIR })).toMatchObject({ code: 0, stderr: '' });
    expect(existsSync(DATA_DIR)).toBe(false);
  },
);

test('a command works on the embedded database while no other process has it, and then says so', slow, async () => {
  const DATA_DIR = join(folder, 'copy');
  cpSync((inject('template') as { folder: string }).folder, DATA_DIR, { recursive: true });
  const upToDate = /^The database is up to date\.\nsetup link: http:\/\/localhost:3000\/setup\/\S+\n$/;
  const done = { code: 0, stdout: expect.stringMatching(upToDate), stderr: '' };
  expect(await latchkey(['migrate'], { DATA_DIR })).toEqual(done);
  await lockFolder(DATA_DIR);
  const inUse = await latchkey(['migrate'], { DATA_DIR });
  expect(inUse).toMatchObject({ code: 1, stdout: '' });
  expect(inUse.stderr).toMatch(
    /^The embedded database in .* is in use by another Latchkey process\. Stop that one.*\n$/,
  );
});

test('what a command says is what it has done, with this option and without it', slow, async () => {
  const DATA_DIR = join(folder, 'keys');
  cpSync((inject('template') as { folder: string }).folder, DATA_DIR, { recursive: true });
  const rotate = (...options: string[]) => latchkey(['signing-keys', 'rotate', ...options], { DATA_DIR });
  expect(await rotate('--compromised')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^All keys are replaced\./),
  });
  expect(await rotate()).toMatchObject({ code: 0, stdout: 'The new keys are published, and sign in an hour.\n' });
});

test('an operation answers in words, as JSON and by its exit code, and says where it cannot', slow, async () => {
  const DATA_DIR = join(folder, 'operations');
  cpSync((inject('template') as { folder: string }).folder, DATA_DIR, { recursive: true });
  const file = join(folder, 'app.json');
  writeFileSync(file, JSON.stringify({ authMethod: 'none', redirectUris: ['https://wiki.example.com/cb'] }));
  const made = await latchkey(['clients', 'create', 'Wiki', '--id', 'wiki', '--input', file], { DATA_DIR });
  expect(made).toEqual({ code: 0, stdout: 'id: wiki\n', stderr: '' });
  const listed = await latchkey(['clients', 'list', '--json'], { DATA_DIR });
  expect(JSON.parse(listed.stdout)).toMatchObject({ clients: [{ id: 'wiki', authMethod: 'none' }] });
  const wrong = ['clients', 'create', 'Other', '--id', 'wiki', '--auth-method', 'none'];
  expect(await latchkey(wrong, { DATA_DIR })).toEqual({
    code: 2,
    stdout: '',
    stderr: '--redirect-uris: Give at least one address.\n',
  });
  writeFileSync(file, '["a"]');
  for (const unread of [join(folder, 'none.json'), join(folder, 'operations'), file]) {
    const answer = await latchkey(['clients', 'create', 'Other', '--input', unread], { DATA_DIR });
    expect(answer).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(/^--input: [^\n]+\n$/) });
  }
  const taken = await latchkey([...wrong, '--redirect-uris', 'https://a.example/cb', '--json'], { DATA_DIR });
  expect([taken.code, JSON.parse(taken.stderr)]).toEqual([
    1,
    { error: expect.objectContaining({ code: 'client_id_taken' }) },
  ]);
  await lockFolder(DATA_DIR);
  const inUse = await latchkey(['clients', 'list'], { DATA_DIR });
  expect(inUse).toMatchObject({ code: 1, stderr: expect.stringMatching(/in use by another[\s\S]*LATCHKEY_API_KEY/) });
  const asked = await latchkey(['clients', 'list'], {
    DATA_DIR,
    LATCHKEY_API_KEY: 'lk_x',
    PUBLIC_URL: `http://localhost:${await freePort()}`,
  });
  expect(asked).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^The server is running, so its API is asked\.\nThe API at .* does not answer\.\n$/),
  });
});

test(
  'the end of a build on Vercel migrates for production, and leaves the database of a preview alone',
  slow,
  async () => {
    const build = (VERCEL_ENV: string) => node(['scripts/vercel-build.mjs'], { VERCEL: '1', VERCEL_ENV });
    expect(await build('preview')).toMatchObject({ code: 0, stdout: expect.stringMatching(/stays as it is/) });
    expect(await build('production')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/PUBLIC_URL is [\s\S]*DATABASE_URL is missing/),
    });
  },
);

test('a command leaves its e-mail to the server, and prints its answer alone', slow, async () => {
  const DATA_DIR = join(folder, 'mail');
  cpSync((inject('template') as { folder: string }).folder, DATA_DIR, { recursive: true });
  const invited = await latchkey(['users', 'invite', 'ada@example.com', '--json'], { DATA_DIR });
  expect(invited).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(invited.stdout)).toEqual({ link: expect.stringMatching(/\/invite\/[\w-]{43}$/) });
  const waiting = await withSettings({ DATA_DIR, DATABASE_URL: '' }, () => db.select().from(outbox));
  expect(waiting).toMatchObject([{ kind: 'email', recipient: 'ada@example.com', attempts: 0 }]);
});

test('the embedded database is exported into a file of its owner’s, and never over another', slow, async () => {
  const DATA_DIR = join(folder, 'exported');
  const file = join(folder, 'latchkey.sql');
  cpSync((inject('template') as { folder: string }).folder, DATA_DIR, { recursive: true });
  expect(await latchkey(['export-database', file], { DATA_DIR })).toMatchObject({ code: 0, stderr: '' });
  expect(readFileSync(file, 'utf8')).toContain('CREATE TABLE public.users');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const again = await latchkey(['export-database', file], { DATA_DIR });
  expect(again).toMatchObject({ code: 1, stderr: `${file} cannot be written (EEXIST).\n` });
});

test('what keeps a command from its work is said in a sentence', slow, async () => {
  const unreachable = await latchkey(['migrate'], {
    DATABASE_URL: `postgres://u:pass-word@127.0.0.1:${await freePort()}/d`,
  });
  expect(unreachable).toMatchObject({ code: 1, stdout: '' });
  expect(unreachable.stderr).toMatch(/^The database does not answer: .*ECONNREFUSED.*\n$/);

  const unsafe = await latchkey(['migrate'], { PUBLIC_URL: 'nowhere' });
  expect(unsafe).toMatchObject({ code: 1, stdout: '' });
  expect(unsafe.stderr).toMatch(/^Latchkey cannot start:\n {2}- PUBLIC_URL /);
});
