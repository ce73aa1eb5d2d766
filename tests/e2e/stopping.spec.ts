import { expect, test } from '@playwright/test';
import { startServer } from './own-server';

test.setTimeout(120_000);

test('a process whose shell is killed ends as well, and leaves its port', async () => {
  const server = await startServer({ behindShell: true });
  try {
    expect(await server.isListening()).toBe(true);
    server.child.kill('SIGKILL');
    await expect.poll(server.isListening).toBe(false);
  } finally {
    await server.end();
  }
});
