import { expect } from 'vitest';
import * as signInOptions from '@/app/api/passkeys/authenticate/options/route';
import * as signInVerify from '@/app/api/passkeys/authenticate/verify/route';
import * as registerOptions from '@/app/api/passkeys/register/options/route';
import * as registerVerify from '@/app/api/passkeys/register/verify/route';
import * as stepUpOptions from '@/app/api/passkeys/step-up/options/route';
import * as stepUpVerify from '@/app/api/passkeys/step-up/verify/route';
import { startAuthentication } from '@/lib/passkeys';
import { attemptOf } from '@/lib/rate-limits';
import type { Change } from './authenticator';
import type { Browser, Reply, Sent } from './browser';
import { countEvents, eventsOf, isChallengeOpen, snapshot } from './database';
import { type Person, somebody } from './people';

export type Ceremony = 'register' | 'authenticate' | 'step-up';

const routes = {
  register: [registerOptions.POST, registerVerify.POST],
  authenticate: [signInOptions.POST, signInVerify.POST],
  'step-up': [stepUpOptions.POST, stepUpVerify.POST],
} as const;

/** Asks for a ceremony's options, whatever the answer is. */
export const ask = (browser: Browser, ceremony: Ceremony, body: unknown = {}, sent: Sent = {}) =>
  browser.send(routes[ceremony][0], { body, ...sent });

/** Begins a sign-in by the function alone, as a page does; fails loudly when it is refused. */
export async function startSignIn(browser: string) {
  const started = await startAuthentication({ browser, attempt: attemptOf('ceremony', somebody) }, somebody);
  if (!started.ok) throw new Error(started.error);
  return started.value;
}

/** Begins a ceremony; fails loudly when it is refused. */
export async function start(browser: Browser, ceremony: Ceremony, body: unknown = {}) {
  const { status, json } = await ask(browser, ceremony, body);
  expect(status, JSON.stringify(json)).toBe(200);
  return json as { challengeId: string; options: never; expiresAt?: string };
}

/** Sends the answer of a ceremony. */
export const finish = (browser: Browser, ceremony: Ceremony, body: unknown, sent: Sent = {}) =>
  browser.send(routes[ceremony][1], { body, ...sent });

// The status of every code, as design.md has it.
const statuses = {
  invalid_request: 400,
  registration_failed: 400,
  session_required: 401,
  enrolment_required: 401,
  authentication_failed: 401,
  unknown_credential: 401,
  passkey_changed: 401,
  origin_not_allowed: 403,
  forbidden: 403,
  another_account: 403,
  step_up_required: 403,
  not_found: 404,
  method_not_allowed: 405,
  challenge_spent: 409,
  credential_exists: 409,
  too_many_passkeys: 409,
  last_way_in: 409,
  too_large: 413,
  unsupported_media_type: 415,
  too_many_requests: 429,
};

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export type Refusal = {
  code: keyof typeof statuses;
  /** What is written down, in the order of its types; nothing by itself. */
  events?: readonly { type: string; reason: string | null; [column: string]: unknown }[];
  /** The challenge that must be spent by it, or still be open after it. */
  burnt?: string;
  kept?: string;
};

/** Holds an answer to everything that a refusal promises: status, form, record, challenge, and nothing else changed. */
export async function expectRefused(send: () => Promise<Reply>, { code, events = [], burnt, kept }: Refusal) {
  const [before, eventsBefore] = [await snapshot(), await countEvents()];
  const reply = await send();

  expectProblem(reply, code);
  const written = await eventsOf(reply.json.error.requestId);
  expect(written).toMatchObject(events.map((event) => ({ outcome: 'failure', ...event })));
  expect(await countEvents()).toBe(eventsBefore + events.length);
  if (burnt) expect(await isChallengeOpen(burnt), 'the challenge is still open').toBe(false);
  if (kept) expect(await isChallengeOpen(kept), 'the challenge is spent').toBe(true);
  expect(await snapshot()).toEqual(before);
  return reply;
}

/** The one form of every error, with a sentence of ours in it and no word of a library's. */
export function expectProblem({ status, headers, json }: Reply, code: keyof typeof statuses) {
  expect({ status, json }).toEqual({
    status: statuses[code],
    json: {
      error: { code, message: expect.stringMatching(/^[A-Z][^:{}"]{8,90}\.$/), requestId: expect.stringMatching(uuid) },
    },
  });
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('x-request-id')).toBe(json.error.requestId);
  expect(headers.getSetCookie().filter((cookie) => cookie.includes('session'))).toEqual([]);
}

export const failureOf = (ceremony: 'authenticate' | 'step-up') =>
  ceremony === 'step-up' ? 'auth.step-up.failure' : 'auth.passkey.failure';

/** Answers a ceremony of this person's with a change that must be refused, and holds the answer to what a refusal promises. */
export async function expectAnswerRefused(
  { browser, authenticator, userId, passkey }: Person,
  ceremony: 'authenticate' | 'step-up',
  change: Change,
  event: { reason: string; type?: string; passkeyId?: string; subjectId?: string },
) {
  const { challengeId, options } = await start(browser, ceremony);
  const credential = authenticator.signIn(options, change);
  return expectRefused(() => finish(browser, ceremony, { challengeId, credential }), {
    code: 'authentication_failed',
    events: [{ type: failureOf(ceremony), subjectId: userId, passkeyId: passkey.id, ...event }],
    burnt: challengeId,
  });
}
