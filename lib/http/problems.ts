import { countRefusal } from '@/lib/metrics';
import { REQUEST_ID_HEADER } from '@/lib/request-context';

/** Every refusal of the JSON interface: its status and its words. The reason stands in the audit event, not here. */
const problems = {
  invalid_request: [400, 'The request could not be read.'],
  registration_failed: [400, 'This passkey could not be added. Nothing was stored.'],
  session_required: [401, 'Sign in first.'],
  authentication_failed: [401, 'That did not work. Try again, or choose another way to sign in.'],
  unknown_credential: [401, 'This passkey is not registered here any more.'],
  passkey_changed: [401, 'This passkey has changed. Use another way to sign in, then replace it.'],
  origin_not_allowed: [403, 'The request came from another site.'],
  forbidden: [403, 'This is not allowed.'],
  enrolment_required: [401, 'Open your sign-up link again, or sign in first.'],
  on_hold: [
    403,
    'You came by a recovery link, or with what was added after one or with a password alone, so what was there before stays as it is for now.',
  ],
  another_account: [403, 'Somebody else is signed in now. Reload the page.'],
  step_up_required: [403, 'Confirm that it is you first.'],
  not_found: [404, 'There is no such thing.'],
  method_not_allowed: [405, 'This address does not take that method.'],
  challenge_spent: [409, 'This attempt took too long or was used already. Start again.'],
  credential_exists: [409, 'This passkey is registered already.'],
  too_many_passkeys: [409, 'You have as many passkeys as an account can hold. Remove one first.'],
  last_way_in: [409, 'This is your only way to sign in. Add another passkey first.'],
  too_large: [413, 'The request is too large.'],
  unsupported_media_type: [415, 'Send application/json.'],
  too_many_requests: [429, 'Too many attempts. Wait a little and try again.'],
  internal: [500, 'Something went wrong. Nothing was changed.'],
  unavailable: [503, 'The service cannot reach its database. Try again soon.'],
} as const satisfies Record<string, readonly [number, string]>;

export type Problem = keyof typeof problems;

/** A refusal that a handler returns; `jsonRoute` adds the request id and the headers. */
export type Refusal = { refused: Problem; retryAfter?: number };

export const refusal = (refused: Problem): Refusal => ({ refused });

/** The one form of every error: `{"error":{"code","message","requestId"}}`. */
export function problemResponse(code: Problem, requestId: string, headers: Record<string, string> = {}) {
  countRefusal(code);
  const [status, message] = problems[code];
  const body = { error: { code, message, requestId } };
  return Response.json(body, {
    status,
    headers: { ...headers, 'cache-control': 'no-store', [REQUEST_ID_HEADER]: requestId },
  });
}
