import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { runForResponse } from '@/lib/after-response';
import { config } from '@/lib/config';
import { lazy } from '@/lib/lazy';
import { log } from '@/lib/log';
import { ReceivedRequest } from '@/lib/read-bytes';
import { REQUEST_ID_HEADER } from '@/lib/request-context';
import { securityHeadersOf } from '@/lib/security-headers.mjs';

type Entry = (request: Request, context: { params: Promise<Record<string, never>> }) => Response | Promise<Response>;

/** What the route files of these paths export: their handlers, by method. */
export type Entries = Record<string, Partial<Record<string, unknown>>>;

/** The entries that are answered here. Until they are loaded, and where they are switched off, Next.js answers. */
const direct = lazy('direct-entries', () => ({ entries: {} as Entries }));

/** Loads the entries, where this process answers any by itself. */
export async function openDirectEntries(load: () => Promise<Entries>) {
  if (config.directEntries) direct().entries = await load();
}

/** The entry of exactly this path, as it was sent, and this method. */
export function entryOf({ method = '', url = '' }: IncomingMessage): Entry | undefined {
  const { entries } = direct();
  const path = url.split('?')[0]!;
  const handlers = Object.hasOwn(entries, path) ? entries[path]! : {};
  return Object.hasOwn(handlers, method) && isMethod.test(method) ? (handlers[method] as Entry) : undefined;
}

/** A route file exports settings as well. */
const isMethod = /^[A-Z]+$/;

const params = Promise.resolve({});

/**
 * Answers as Next.js would answer with the same entry, without its router: the headers of every answer, those of the entry,
 * its cookies, and after the response whatever `afterResponse` was given. Resolves when all of that is done.
 */
export async function answerDirectly(
  entry: Entry,
  incoming: IncomingMessage,
  body: Buffer<ArrayBuffer>,
  response: ServerResponse,
) {
  const { method = '', url = '', headers } = incoming;
  // Before anything else: whoever asked may be gone by the time that there is an answer.
  const closed = new Promise((done) => response.once('close', done));
  const hasBody = body.length > 0 && !['GET', 'HEAD'].includes(method);
  const init = { method, headers: headers as Record<string, string> };
  const address = config.publicUrl + url;
  const request = hasBody ? new ReceivedRequest(address, init, body) : new Request(address, init);
  const respond = async () => entry(request, { params });
  const { result: answer, runTasks } = await runForResponse(() => respond().catch(unforeseen));
  const content = await answer.text();
  response.writeHead(answer.status, headersOf(url, answer, content)).end(content);
  await closed;
  await runTasks();
}

/** What no entry should throw is a bug: it is logged, and nothing of it is told. */
function unforeseen(error: unknown) {
  const requestId = randomUUID();
  log.error({ err: error, requestId }, 'an entry failed');
  const headers = { 'cache-control': 'no-store', [REQUEST_ID_HEADER]: requestId };
  return new Response('Something went wrong here. Try again.\n', { status: 500, headers });
}

function headersOf(path: string, { headers, body }: Response, content: string) {
  const cookies = headers.getSetCookie();
  return {
    ...securityHeadersOf(path),
    ...Object.fromEntries(headers),
    ...(cookies.length > 0 && { 'set-cookie': cookies }),
    ...(body && { 'content-length': Buffer.byteLength(content) }),
  };
}
