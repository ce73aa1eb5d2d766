import { finishStepUp, startStepUp } from './api';
import { requestPasskey } from './ceremonies';
import { describeException } from './ceremony-errors';
import { describeRefusal } from './server-errors';
import type { Sentence } from './types';

/** Asks for a passkey inside a session. What stops it comes back as a sentence, or as silence. */
export async function reauthenticate(): Promise<{ ok: true } | { ok: false; sentence?: Sentence }> {
  const challenge = await startStepUp();
  if (!challenge.ok) return { ok: false, sentence: describeRefusal(challenge.error, 'confirm') };
  try {
    const credential = await requestPasskey({ optionsJSON: challenge.value.options });
    const answer = await finishStepUp(challenge.value.challengeId, credential);
    return answer.ok ? { ok: true } : { ok: false, sentence: describeRefusal(answer.error, 'confirm') };
  } catch (cause) {
    return { ok: false, sentence: describeException(cause, 'confirm', challenge.requestId) };
  }
}
