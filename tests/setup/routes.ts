import { NextRequest } from 'next/server';
import { expect } from 'vitest';
import * as nothing from '@/app/api/[...rest]/route';
import * as exportAccount from '@/app/api/account/export/route';
import * as nextAuth from '@/app/api/auth/[...nextauth]/route';
import * as cspReports from '@/app/api/csp-reports/route';
import * as jobs from '@/app/api/jobs/route';
import * as lost from '@/app/api/passkeys/[id]/lost/route';
import * as one from '@/app/api/passkeys/[id]/route';
import * as signInOptions from '@/app/api/passkeys/authenticate/options/route';
import * as signInVerify from '@/app/api/passkeys/authenticate/verify/route';
import * as registerOptions from '@/app/api/passkeys/register/options/route';
import * as registerVerify from '@/app/api/passkeys/register/verify/route';
import * as list from '@/app/api/passkeys/route';
import * as stepUpOptions from '@/app/api/passkeys/step-up/options/route';
import * as stepUpVerify from '@/app/api/passkeys/step-up/verify/route';
import * as password from '@/app/api/sign-in/password/route';
import * as secondFactor from '@/app/api/sign-in/second-factor/route';
import * as v1 from '@/app/api/v1/[...path]/route';
import * as description from '@/app/api/v1/openapi.json/route';
import { db } from '@/db';
import { auditEvents, challenges } from '@/db/schema';
import { config } from '@/lib/config';
import { PEER_HEADER } from '@/lib/request-context';
import { snapshot } from '@/tests/helpers/database';
import { seedPerson } from '@/tests/helpers/people';

export type Handler = (request: NextRequest, context: never) => Promise<Response>;
type Route = { path: string; handlers: Record<string, unknown>; params?: Record<string, string | string[]> };

const id = '00000000-0000-4000-8000-000000000000';

/** Every address of the JSON interface, with the handlers that its file exports. */
export const routes: Route[] = [
  { path: '/api/passkeys/register/options', handlers: registerOptions },
  { path: '/api/passkeys/register/verify', handlers: registerVerify },
  { path: '/api/passkeys/authenticate/options', handlers: signInOptions },
  { path: '/api/passkeys/authenticate/verify', handlers: signInVerify },
  { path: '/api/passkeys/step-up/options', handlers: stepUpOptions },
  { path: '/api/passkeys/step-up/verify', handlers: stepUpVerify },
  { path: '/api/passkeys', handlers: list },
  { path: `/api/passkeys/${id}`, handlers: one, params: { id } },
  { path: `/api/passkeys/${id}/lost`, handlers: lost, params: { id } },
  { path: '/api/sign-in/password', handlers: password },
  { path: '/api/sign-in/second-factor', handlers: secondFactor },
  { path: '/api/account/export', handlers: exportAccount },
  // For whoever has CRON_SECRET; without it, as here, it is not there.
  { path: '/api/jobs', handlers: jobs },
  { path: '/api/auth/session', handlers: nextAuth, params: { nextauth: ['session'] } },
  { path: '/api/auth/csrf', handlers: nextAuth, params: { nextauth: ['csrf'] } },
  { path: '/api/auth/signout', handlers: nextAuth, params: { nextauth: ['signout'] } },
  { path: '/api/v1/openapi.json', handlers: description },
  // Each of its routes is walked by the test of lib/api.
  { path: '/api/v1/groups', handlers: v1, params: { path: ['groups'] } },
  { path: '/api/csp-reports', handlers: cspReports },
  { path: '/api/nothing/here', handlers: nothing, params: { rest: ['nothing', 'here'] } },
];

/** The calls that each address takes. */
export const calls = routes.flatMap((route) => {
  const methods = { '/api/auth/signout': ['POST'], '/api/auth/session': ['GET'], '/api/auth/csrf': ['GET'] }[
    route.path
  ];
  const allowed = methods ?? ownMethods(route.handlers);
  return allowed.map((method) => ({ ...route, method, name: `${method} ${route.path}` }));
});

/** The methods that a file answers itself; all others share one handler that refuses them. */
function ownMethods(handlers: Record<string, unknown>) {
  const refused = handlers.OPTIONS;
  return ['GET', 'POST', 'PATCH', 'DELETE'].filter((method) => handlers[method] && handlers[method] !== refused);
}

type Sent = { headers?: Record<string, string | undefined>; body?: BodyInit; query?: string; params?: Route['params'] };

/** Calls a route as a browser of ours would, but for what a test wants otherwise; `undefined` leaves a header out. */
export async function call({ path, handlers, params = {}, method }: Route & { method: string }, sent: Sent = {}) {
  const takesBody = !['GET', 'HEAD', 'DELETE'].includes(method);
  const standard = {
    origin: config.publicUrl,
    'content-type': takesBody ? 'application/json' : undefined,
    [PEER_HEADER]: '203.0.113.7',
  };
  const headers = Object.entries({ ...standard, ...sent.headers }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const body = takesBody ? (sent.body ?? '{}') : undefined;
  const request = new NextRequest(`${config.publicUrl}${path}${sent.query ?? ''}`, { method, headers, body });
  const handler = handlers[method] as Handler;
  const response = await handler(request, { params: Promise.resolve(sent.params ?? params) } as never);
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: text.startsWith('{') ? JSON.parse(text) : undefined,
  };
}

/** Everything that a refusal must leave as it is. */
const everything = async () => ({
  ...(await snapshot()),
  challenges: await db.$count(challenges),
  events: await db.$count(auditEvents),
});

type Call = (typeof calls)[number];

/** Sends the same to many addresses, with a session: each refuses in the one form, and leaves only what it writes down. */
export async function expectAllRefused(to: Call[], sent: Sent, [status, code]: [number, string], eventsEach = 0) {
  const { browser } = await seedPerson();
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const before = await everything();
  expect(to.length).toBeGreaterThan(0);
  for (const route of to) {
    const answer = await call(route, { ...sent, headers: { cookie, ...sent.headers } });
    expect({ at: route.name, status: answer.status }).toEqual({ at: route.name, status });
    expectProblem(answer, status, code);
  }
  expect(await everything()).toEqual({ ...before, events: before.events + eventsEach * to.length });
}

export type Answer = Awaited<ReturnType<typeof call>>;

/** The one form of every error: our code, our sentence, the request's id, and no cookie of a session taken away. */
export function expectProblem({ status, headers, json }: Answer, expected: number, code: string) {
  expect({ status, json }).toEqual({
    status: expected,
    json: {
      error: {
        code,
        message: expect.stringMatching(/^[A-Z][^:{}"]{8,90}\.$/),
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
    },
  });
  expect(headers.get('x-request-id')).toBe(json.error.requestId);
  expectAnswered({ headers });
  expect(headers.getSetCookie().filter((cookie) => cookie.includes('session'))).toEqual([]);
}

/** What every answer of the JSON interface has. */
export function expectAnswered({ headers }: Pick<Answer, 'headers'>) {
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  expect(headers.get('access-control-allow-origin')).toBeNull();
}
