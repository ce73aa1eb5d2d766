import { mkdirSync, mkdtempSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, test as everyDatabase, expect } from 'vitest';
import { lockFolder } from '@/db/folder-lock';
import { config } from '@/lib/config';
import { type Process, startProcess } from '@/tests/setup/process';

// It is the embedded database’s lock: once is enough.
const test = everyDatabase.skipIf(config.databaseUrl);
const open: Process[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const { stop } of open.splice(0)) await stop();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function newFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-lock-'));
  folders.push(folder);
  return folder;
}

/** So many processes that each want the same folder at the same moment; tells what each was answered. */
async function together(howMany: number, folder: string, ready: () => unknown = () => undefined) {
  const processes = await Promise.all(Array.from({ length: howMany }, () => startProcess({})));
  open.push(...processes);
  await Promise.all(processes.map(({ ask }) => ask('lock', newFolder())));
  ready();
  return Promise.all(
    processes.map(({ ask }) =>
      ask('lock', folder).then(
        () => 'held',
        ({ name }) => name as string,
      ),
    ),
  );
}

test('one process holds the folder, another is told what to do, and after the first has ended it may', async () => {
  const folder = join(newFolder(), 'deeper', 'data');
  const first = await startProcess({});
  open.push(first);
  await first.ask('lock', folder);
  await expect(lockFolder(folder)).rejects.toThrow(
    `The embedded database in ${folder} is in use by another Latchkey process. Stop that one, or set DATABASE_URL to share a Postgres server.`,
  );
  await expect(lockFolder(folder)).rejects.toMatchObject({ name: 'FolderInUse' });
  await first.stop('SIGTERM');
  await lockFolder(folder);
  await expect(together(1, folder)).resolves.toEqual(['FolderInUse']);
});

test('what a killed process left behind is taken over, by one of all who try at once', async () => {
  const folder = newFolder();
  const killed = await startProcess({});
  await killed.ask('lock', folder);
  await killed.stop('SIGKILL');
  // Held up until all of them have found the dead socket, which is where they would overtake each other.
  mkdirSync(join(folder, 'lock-takeover'));
  const answers = await together(3, folder, () => setTimeout(() => rmdirSync(join(folder, 'lock-takeover')), 500));
  expect(answers.sort()).toEqual(['FolderInUse', 'FolderInUse', 'held']);
});

test('a process that holds a folder already is not another one', async () => {
  const folder = newFolder();
  await lockFolder(folder);
  await lockFolder(folder);
  await lockFolder(join(folder, '..', folder.split('/').at(-1)!));
});

test('two folders do not stand in each other’s way, however long their names are', async () => {
  const long = join(newFolder(), 'x'.repeat(60));
  await Promise.all([lockFolder(join(long, 'a')), lockFolder(join(long, 'b'))]);
});

test('a takeover that was killed itself does not lock everybody out', async () => {
  const folder = newFolder();
  const killed = await startProcess({});
  await killed.ask('lock', folder);
  await killed.stop('SIGKILL');
  mkdirSync(join(folder, 'lock-takeover'));
  await lockFolder(folder);
});
