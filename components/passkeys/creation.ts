import type { RegistrationResponseJSON } from '@simplewebauthn/browser';
import { type ApiResult, type CreationAnswer, type CreationChallenge, finishCreation } from './api';
import { makePasskey } from './ceremonies';
import { describeException } from './ceremony-errors';
import { describeRefusal } from './server-errors';
import { signalUnknown } from './signals';
import type { Sentence } from './types';

export type CreationPhase = 'idle' | 'preparing' | 'asking' | 'saving' | 'done';
export type Creation = { ok: true; value: CreationAnswer } | { ok: false; sentence?: Sentence };

export const creationMessage: Record<CreationPhase, string> = {
  idle: 'Your browser will ask for your fingerprint, face or screen lock.',
  preparing: 'One moment…',
  asking: 'Now answer your browser: it asks for your fingerprint, face or screen lock.',
  saving: 'Saving your passkey…',
  done: 'Passkey created.',
};

export const noScreenLock =
  'This device has no fingerprint, face or screen lock set up. Your browser will offer a phone or a security key.';

/** Makes a passkey, from the challenge to the stored row. What stops it comes back as a sentence, or as silence. */
export async function createPasskey(
  start: () => Promise<ApiResult<CreationChallenge>>,
  show: (phase: CreationPhase) => void,
): Promise<Creation> {
  show('preparing');
  const challenge = await start();
  if (!challenge.ok) return { ok: false, sentence: describeRefusal(challenge.error, 'create') };

  show('asking');
  try {
    const credential = await makePasskey({ optionsJSON: challenge.value.options });
    show('saving');
    const answer = await storeCreated(challenge.value, credential);
    return answer.ok ? answer : { ok: false, sentence: describeRefusal(answer.error, 'create') };
  } catch (cause) {
    return { ok: false, sentence: describeException(cause, 'create', challenge.requestId) };
  }
}

/** Has a new passkey stored; the password manager is told of one that was refused. */
export async function storeCreated({ challengeId, options }: CreationChallenge, credential: RegistrationResponseJSON) {
  const answer = await finishCreation(challengeId, credential);
  const isRefused = !answer.ok && answer.error.status === 400;
  if (isRefused) await signalUnknown(options.rp.id ?? window.location.hostname, credential.id);
  return answer;
}
