import { cookies, headers } from 'next/headers';
import { NextResponse } from 'next/server';
import { findClient } from '@/lib/clients';
import { config } from '@/lib/config';
import { cookieName, cookieSettings } from '@/lib/cookies';
import { MINUTES } from '@/lib/time';
import { DEVICE, endpoints, LOGOUT_CONFIRM } from './endpoints';
import { askEngine, confirmLogout } from './mount';
import { posted } from './parameters';
import { provider } from './provider';

type Jar = Awaited<ReturnType<typeof cookies>>;

/** A request of this browser's to the engine, made by an action of ours on its behalf. */
async function requestOf(jar: Jar, path: string, form?: Record<string, string>) {
  const sent = new Headers(await headers());
  for (const name of ['content-length', 'content-type', 'transfer-encoding']) sent.delete(name);
  sent.set('accept', 'text/html');
  const pairs = jar.getAll().map(({ name, value }) => `${name}=${value}`);
  sent.set('cookie', pairs.join('; '));
  if (form) sent.set('content-type', 'application/x-www-form-urlencoded');
  const body = form && new URLSearchParams(form).toString();
  return new Request(config.publicUrl + path, { method: form ? 'POST' : 'GET', headers: sent, body });
}

/** Hands the browser the cookies that the engine set. */
function relay(jar: Jar, response: Response) {
  for (const cookie of new NextResponse(null, { headers: response.headers }).cookies.getAll()) jar.set(cookie);
}

/**
 * Which client asks to sign out, named by its id or by its hint, and where it wants the browser next; `isAnswerable` as
 * the engine will decide (RP-Initiated Logout §2 and §3). What the hint says is only shown: the engine checks it.
 */
export async function readLogout(query: URLSearchParams) {
  const parameters = await posted(query);
  const id = parameters.get('client_id') || audienceOf(parameters.get('id_token_hint'));
  const client = id ? await findClient(id) : undefined;
  const back = parameters.get('post_logout_redirect_uri');
  const known = client && back ? await (await provider()).Client.find(client.id) : undefined;
  return { client, back, isAnswerable: !back || Boolean(known?.postLogoutRedirectUriAllowed(back)) };
}

function audienceOf(hint: string | null) {
  try {
    const { aud } = JSON.parse(Buffer.from(hint?.split('.')[1] ?? '', 'base64url').toString());
    return typeof aud === 'string' ? aud : undefined;
  } catch {
    return undefined;
  }
}

/** Signs out of the provider and of Latchkey, and tells where the client wants the browser next. */
export async function signOutForClient(query: string) {
  const jar = await cookies();
  const path = `${endpoints.end_session}?${await posted(new URLSearchParams(query))}`;
  const answer = await askEngine(await requestOf(jar, path));
  relay(jar, answer.response);
  if (!answer.call.logout) return undefined;
  const response = await confirmLogout(await requestOf(jar, LOGOUT_CONFIRM), answer.call.logout.xsrf);
  relay(jar, response);
  if (response.headers.has('clear-site-data')) jar.set(cookieName('signed-out'), '1', cookieSettings(10 * MINUTES));
  return response.headers.get('location') ?? undefined;
}

export type DeviceAnswer = { to: string } | { problem: string };

/** Lets the device of this code sign in, or refuses it (RFC 8628 §3.3); the way goes on through an interaction. */
export async function answerDevice(userCode: string, decision: 'allow' | 'deny'): Promise<DeviceAnswer> {
  const jar = await cookies();
  const answer = await askEngine(await requestOf(jar, DEVICE));
  relay(jar, answer.response);
  const xsrf = answer.call.device?.xsrf;
  if (!xsrf) return { problem: 'NotFoundError' };
  const form = { xsrf, user_code: userCode, ...(decision === 'allow' ? { confirm: 'yes' } : { abort: 'yes' }) };
  const { response, call } = await askEngine(await requestOf(jar, DEVICE, form));
  relay(jar, response);
  const to = response.headers.get('location');
  return to ? { to } : { problem: call.device?.problem ?? 'NotFoundError' };
}
