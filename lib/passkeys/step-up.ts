import { db } from '@/db';
import type { Session } from '@/lib/sessions';
import { issueChallenge } from './challenges';
import { requestOptions } from './options';
import { listDescriptors } from './queries';

/** Begins a step-up: only this user's passkeys, with user verification whatever the settings say (requirement A18). */
export async function startStepUp({ id: sessionId, userId }: Session, browser: string) {
  const allow = await listDescriptors(db, userId);
  const { challengeId, challenge } = await issueChallenge({
    purpose: 'step-up',
    browser,
    userVerification: true,
    userId,
    sessionId,
  });
  return { challengeId, options: await requestOptions(allow, challenge, 'required') };
}
