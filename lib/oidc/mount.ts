import { toFetchHandler } from 'srvx/node';
import { db, isUnavailable } from '@/db';
import { type AuditEvent, recordAll } from '@/lib/audit';
import { config } from '@/lib/config';
import { CLEARED_AT_SIGN_OUT, cookieName } from '@/lib/cookies';
import { refuseUnready } from '@/lib/front-door';
import { log } from '@/lib/log';
import { recordDenied } from '@/lib/rate-limits';
import { REQUEST_ID_HEADER, type RequestContext, requestContextFrom } from '@/lib/request-context';
import { readSession, signOut } from '@/lib/sessions';
import { type Admitted, admitRequest } from './admission';
import { DEVICE, endpoints, isForBrowsers, isOpen, isPublished, LOGOUT_CONFIRM } from './endpoints';
import { type EngineContext, newEngineContext, runInEngineContext } from './engine-context';
import { keepClient } from './found';
import { readable, readForm, storePosted } from './parameters';
import { provider } from './provider';

/**
 * Endpoints that also take a POST from another site, where `SameSite=Lax` withholds the cookies: it is redirected to a GET
 * (RFC 9110 §15.4.4). The form is stored meanwhile, not put into the address: it may hold an ID token (RP-Initiated Logout §6).
 */
const alsoByPost = new Set([endpoints.authorization, endpoints.end_session]);
const FORM = 'application/x-www-form-urlencoded';
/** In bytes; it is kept for an hour. */
const LONGEST_FORM = 16 * 1024;

/**
 * Answers a request to the OpenID Provider: the engine's own endpoints and the two discovery documents, which are the same
 * for everybody and ask no database.
 */
export async function handleOidc(request: Request): Promise<Response> {
  const unready = await refuseUnready(request);
  if (unready) return unready;
  const context = requestContextFrom(request.headers);
  try {
    return finished(await answer(request, context), context.requestId);
  } catch (error) {
    log.error({ err: error, requestId: context.requestId }, 'the provider could not answer');
    const unavailable = isUnavailable(error);
    const body = { error: unavailable ? 'temporarily_unavailable' : 'server_error' };
    return finished(
      Response.json(body, unavailable ? { status: 503, headers: { 'retry-after': '5' } } : { status: 500 }),
      context.requestId,
    );
  }
}

async function answer(request: Request, context: RequestContext) {
  const url = new URL(request.url);
  const { pathname, searchParams, search } = url;
  if (!isOpen(pathname)) return new Response('Not found\n', { status: 404 });
  if (pathname === DEVICE) return seeOther(`/device${search}`);
  if (isPublished(pathname)) return (await askEngine(request, { context })).response;
  const sent = await readForm(request);
  const admitted = await admitRequest({ headers: request.headers, query: searchParams, form: sent?.form }, context);
  if (!admitted.ok) return tooOften(admitted.error);
  if (!sent) return tooLong();
  if (request.method === 'POST' && alsoByPost.has(pathname)) return redirectToGet(pathname, sent.text);
  const { response, call } = await askEngine(request, {
    context,
    ...admitted.value,
    ...(await readable(url, sent)),
  });
  return (await ownPage(request, response, call)) ?? response;
}

/** Our page in place of one of the engine's; nothing where the engine's response stands. */
async function ownPage(request: Request, answered: Response, { logout, device }: EngineContext) {
  const { search } = new URL(request.url);
  if (device) return seeOther(`/device${search}`);
  if (logout?.needsConsent) return seeOther(`/sign-out${search}`);
  return logout && confirmLogout(afterwards(request, answered), logout.xsrf);
}

/** The browser's next request, with the cookies that this response sets. */
function afterwards(request: Request, answered: Response) {
  const set = answered.headers.getSetCookie().map((cookie) => cookie.split(';')[0]!);
  const names = set.map((pair) => `${pair.split('=')[0]}=`);
  const sent = (request.headers.get('cookie') ?? '')
    .split('; ')
    .filter((pair) => !names.some((name) => pair.startsWith(name)));
  const headers = new Headers(request.headers);
  headers.set('cookie', [...sent.filter(Boolean), ...set].join('; '));
  return new Request(request.url, { headers });
}

/** Signs out at the engine and with it here, after consent or a hint that names who is signed in (RP-Initiated Logout §2). */
export async function confirmLogout(request: Request, xsrf: string) {
  const headers = new Headers(request.headers);
  headers.set('content-type', FORM);
  headers.delete('content-length');
  const body = new URLSearchParams({ xsrf, logout: 'yes' }).toString();
  const confirm = new Request(config.publicUrl + LOGOUT_CONFIRM, { method: 'POST', headers, body });
  const { response } = await askEngine(confirm);
  const answer = new Response(response.body, response);
  answer.headers.append(
    'set-cookie',
    `${cookieName('session')}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax${config.local ? '' : '; Secure'}`,
  );
  return answer;
}

const seeOther = (path: string) => new Response(null, { status: 303, headers: { location: config.publicUrl + path } });

/** What is known of a request already, and its path and body where they are not as it has them. */
type Known = Partial<Admitted> & { context?: RequestContext; path?: string; body?: string };

/** Passes a request to the engine, with the browser's session, and records the events that it reports. */
export async function askEngine(request: Request, { named, keys, ...known }: Known = {}) {
  const { pathname, search } = new URL(request.url);
  const { context = requestContextFrom(request.headers), path = pathname + search, body } = known;
  const browser = isForBrowsers(pathname);
  const token = browser ? cookieOf(request, cookieName('session')) : undefined;
  const call = newEngineContext({ context, browser, session: await readSession(token), clientId: named?.id });
  if (named) keepClient(call, named);
  const engine = await provider(keys);
  const response = await runInEngineContext(call, async () => handlerOf(engine)(withOwnHost(request, path, body)));
  await write(call.events, context);
  if (!call.ended) return { response, call };
  await signOut(token, context);
  const cleared = new Response(response.body, response);
  if (browser) cleared.headers.set('clear-site-data', CLEARED_AT_SIGN_OUT);
  return { response: cleared, call };
}

type Engine = Awaited<ReturnType<typeof provider>>;
type Handler = (request: Request) => Response | Promise<Response>;
const handlers = new WeakMap<Engine, Handler>();

/** The engine as it takes requests, put together once. */
function handlerOf(engine: Engine) {
  const handler = handlers.get(engine) ?? (toFetchHandler(engine.callback() as never) as Handler);
  handlers.set(engine, handler);
  return handler;
}

/** Events that anybody can cause, as often as they like, in a client's name: they are recorded up to a limit. */
const anonymousEvents = new Set<AuditEvent['type']>([
  'client.auth-failure',
  'client.grant-refused',
  'client.address-refused',
]);

async function write(events: AuditEvent[], context: RequestContext) {
  await recordAll(
    db,
    events.filter(({ type }) => !anonymousEvents.has(type)),
    context,
  );
  for (const event of events) if (anonymousEvents.has(event.type)) await recordDenied(event, context);
}

/** The request as sent to our public URL: the engine prefers these two headers to `Host`, so a client's are overwritten. */
function withOwnHost(request: Request, path: string, form: string | undefined) {
  const { host, scheme } = config.publicAddress;
  const headers = new Headers(request.headers);
  headers.set('x-forwarded-host', host);
  headers.set('x-forwarded-proto', scheme);
  if (form !== undefined) headers.set('content-length', String(Buffer.byteLength(form)));
  const body = form ?? (['GET', 'HEAD'].includes(request.method) ? undefined : request.body);
  return new Request(config.publicUrl + path, { method: request.method, headers, body, duplex: 'half' } as RequestInit);
}

async function redirectToGet(path: string, form = '') {
  if (Buffer.byteLength(form) > LONGEST_FORM) return tooLong();
  return seeOther(form ? `${path}?${await storePosted(form)}` : path);
}

const tooLong = () => new Response(null, { status: 413 });

const tooOften = (seconds: number) =>
  Response.json({ error: 'temporarily_unavailable' }, { status: 429, headers: { 'retry-after': String(seconds) } });

/** Adds the headers that the engine omits: no sniffing, no referrer with a code in it, no caching of tokens. */
function finished(response: Response, requestId: string) {
  const { headers } = response;
  headers.set(REQUEST_ID_HEADER, requestId);
  headers.set('x-content-type-options', 'nosniff');
  if (!headers.has('referrer-policy')) headers.set('referrer-policy', 'no-referrer');
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
  return response;
}

const cookieOf = (request: Request, name: string) =>
  request.headers
    .get('cookie')
    ?.split('; ')
    .find((cookie) => cookie.startsWith(`${name}=`))
    ?.slice(name.length + 1);
