import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { outageResponse, trackResponses } from './outage';

test('E16, N8: a page that failed because the database is away is 503, and what failed otherwise stays 500', async () => {
  trackResponses();
  const server = createServer(async ({ url }, answer) => {
    await sleep(1);
    outageResponse(new Error('Failed query', { cause: Object.assign(new Error('x'), { code: url!.slice(1) }) }));
    answer.statusCode = url === '/fine' ? 200 : 500;
    answer.end('the page');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  try {
    const responses = ['ECONNREFUSED', '25006', '57014', '42P01', 'fine'].map(async (code) => {
      const { status, headers } = await fetch(`http://127.0.0.1:${port}/${code}`);
      return [code, status, headers.get('retry-after')];
    });
    expect(await Promise.all(responses)).toEqual([
      ['ECONNREFUSED', 503, '5'],
      ['25006', 503, '5'],
      ['57014', 503, '5'],
      ['42P01', 500, null],
      ['fine', 200, null],
    ]);
  } finally {
    server.close();
  }
});
