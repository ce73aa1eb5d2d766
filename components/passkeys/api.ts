import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/browser';
import { shownAsHeader } from '../ui/shown-as';
import type { Passkey, PasskeyListing } from './types';

/** `unreachable` is ours: there was no answer at all. Every other code comes from the server. */
export type ApiError = { status: number; code: string; requestId?: string; retryAfter?: number };
export type ApiResult<T> = { ok: true; value: T; requestId?: string } | { ok: false; error: ApiError };

export type SignInChallenge = { challengeId: string; options: PublicKeyCredentialRequestOptionsJSON };
export type CreationChallenge = { challengeId: string; options: PublicKeyCredentialCreationOptionsJSON };
export type SignInAnswer = { status: 'signed-in' | 'second-factor-needed'; redirectTo: string };
export type CreationAnswer = { passkey: Passkey; redirectTo?: string };

const passkeys = '/api/passkeys';

/** The server remembers `returnTo` with the challenge, so every challenge must carry it anew. */
export const startSignIn = (returnTo?: string, username?: string) =>
  call<SignInChallenge>(
    'POST',
    `${passkeys}/authenticate/options${returnTo ? `?return_to=${encodeURIComponent(returnTo)}` : ''}`,
    username ? { username } : {},
  );

export const finishSignIn = (challengeId: string, credential: AuthenticationResponseJSON) =>
  call<SignInAnswer>('POST', `${passkeys}/authenticate/verify`, { challengeId, credential });

export const startCreation = () => call<CreationChallenge>('POST', `${passkeys}/register/options`, {});

/** Granted right after a sign-in with a password only. */
export const startSilentCreation = () =>
  call<CreationChallenge>('POST', `${passkeys}/register/options`, { conditional: true });

export const finishCreation = (challengeId: string, credential: RegistrationResponseJSON, name?: string) =>
  call<CreationAnswer>('POST', `${passkeys}/register/verify`, { challengeId, credential, name });

export const startStepUp = () => call<SignInChallenge>('POST', `${passkeys}/step-up/options`, {});

export const finishStepUp = (challengeId: string, credential: AuthenticationResponseJSON) =>
  call<{ validUntil: string }>('POST', `${passkeys}/step-up/verify`, { challengeId, credential });

export const listPasskeys = () => call<PasskeyListing>('GET', passkeys);

export const renamePasskey = (id: string, name: string) =>
  call<{ passkey: Passkey }>('PATCH', `${passkeys}/${id}`, { name });

export const removePasskey = (id: string) => call<undefined>('DELETE', `${passkeys}/${id}`);

/** Ends every other session, asks for a step-up, and then removes the passkey. */
export const reportLostDevice = (id: string) => call<undefined>('POST', `${passkeys}/${id}/lost`, {});

export const exportAccount = () => call<object>('POST', '/api/account/export', {});

async function call<T>(method: string, path: string, body?: object): Promise<ApiResult<T>> {
  const response = await fetch(path, {
    method,
    cache: 'no-store',
    headers: { accept: 'application/json', ...(body && { 'content-type': 'application/json' }), ...shownAsHeader() },
    body: body && JSON.stringify(body),
  }).catch(() => undefined);
  if (!response) return { ok: false, error: { status: 0, code: 'unreachable' } };

  const requestId = response.headers.get('x-request-id') ?? undefined;
  const answer = response.status === 204 ? undefined : await response.json().catch(() => undefined);
  const readable = response.status === 204 || typeof answer === 'object';
  if (response.ok && readable) return { ok: true, value: answer as T, requestId };

  return {
    ok: false,
    error: {
      status: response.status,
      code: answer?.error?.code ?? (response.status >= 500 ? 'unavailable' : 'unexpected'),
      requestId: answer?.error?.requestId ?? requestId,
      retryAfter: Number(response.headers.get('retry-after')) || undefined,
    },
  };
}
