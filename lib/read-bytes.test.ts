import { expect, test } from 'vitest';
import { ReceivedRequest, readBytes } from './read-bytes';

const address = 'http://localhost:3000/api';
const form = { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' } };
const sent = Buffer.from('a=1&b=ä');
const both = () => [new ReceivedRequest(address, form, sent), new Request(address, { ...form, body: sent })] as const;

const readings: [string, (request: Request) => Promise<unknown>][] = [
  ['readBytes', async (request) => (await readBytes(request, sent.length))?.toString()],
  ['readBytes with a limit that is passed', (request) => readBytes(request, sent.length - 1)],
  ['text', (request) => request.text()],
  ['json', (request) => request.json().catch((error: Error) => error.name)],
  ['formData', async (request) => [...(await request.formData())]],
  ['arrayBuffer', async (request) => new Uint8Array(await request.arrayBuffer())],
  ['bytes', (request) => request.bytes()],
  ['blob', async (request) => (await request.blob()).text()],
  ['the stream', (request) => new Response(request.body).text()],
  [
    'another request of it',
    (request) => new Request(address, { ...form, body: request.body, duplex: 'half' } as RequestInit).text(),
  ],
];

test.each(readings)('a body that has come reads as one that comes: %s', async (_, read) => {
  const [received, streamed] = both();
  expect(await read(received)).toEqual(await read(streamed));
});
