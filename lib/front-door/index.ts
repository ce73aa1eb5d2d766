import 'server-only';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { closeDb } from '@/db';
import { config, isCalledAsFunction } from '@/lib/config';
import { PEER_HEADER } from '@/lib/request-context';
import { readBody, whyUnanswerable, withBody } from './answerable';
import { answerDirectly, entryOf } from './direct';
import { addressToUs, isOurs, misdirection, withoutAuthority } from './host';
import { type FrontDoorRefusal, refusalResponse } from './refusal';

export { openDirectEntries } from './direct';
export { refuseUnready, whenReady } from './serverless';

/**
 * Runs before Next.js: stores the peer address, checks the host and replaces it by ours, and refuses requests that no route
 * could answer. Returns the request to go on with, with its whole body, or nothing where it is answered here: what is asked
 * for often needs no router.
 */
async function meet(request: IncomingMessage, response: ServerResponse) {
  // Route handlers cannot see the socket, so its address goes into a header, over whatever a client sent.
  request.headers[PEER_HEADER] = request.socket.remoteAddress ?? '';
  const why = whyUnanswerable(withoutAuthority(request));
  if (why) return refuse(request, response, why);
  if (!isOurs(request)) return misdirected(response);
  addressToUs(request);
  const body = await readBody(request);
  if (body === undefined || 'code' in body) return body && refuse(request, response, body);
  const entry = entryOf(request);
  if (!entry) return withBody(request, body);
  await answerDirectly(entry, request, body, response);
  return undefined;
}

async function refuse({ url = '', headers }: IncomingMessage, response: ServerResponse, why: FrontDoorRefusal) {
  const answer = refusalResponse({ path: url.split('?')[0] ?? '', accept: headers.accept }, why);
  response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
  return undefined;
}

type Handlers = { meet: typeof meet; isOurs: typeof isOurs; close: () => Promise<void> };

/** `scripts/server.mjs`, which listens only when it has the door. */
type Entry = { open: (handlers: Handlers) => void };

/**
 * Hands the door to the process entry, which owns the server. On a platform that calls functions nobody owns one:
 * there every request asks `refuseUnready`. Whatever else starts the program would show it to everybody without asking who comes.
 * At its end the process waits for `finish` before it closes the database.
 */
export function openFrontDoor(finish: () => Promise<void>) {
  const entry = (globalThis as Record<symbol, unknown>)[Symbol.for('latchkey.entry')] as Entry | undefined;
  const close = () => finish().then(closeDb);
  if (entry) return entry.open({ meet, isOurs, close });
  if (isCalledAsFunction()) return;
  process.stderr.write('Latchkey is started by npm start, or by node scripts/server.mjs, and by nothing else.\n');
  process.exit(1);
}

/** 421 (RFC 9110 §15.5.20): for the visitor where to go, for the operator what to set. */
function misdirected(response: ServerResponse) {
  const forOperators = config.local
    ? 'PUBLIC_URL is on localhost, so that only this machine is answered.'
    : 'If you run it: ALLOWED_HOSTS names further hosts, and TRUSTED_PROXIES the proxies in front of it.';
  response.writeHead(421, {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(`${misdirection()}\n\n${forOperators}\n`);
}
