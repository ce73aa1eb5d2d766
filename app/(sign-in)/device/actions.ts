'use server';

import { z } from 'zod';
import { formAction, navigateTo, refusedState } from '@/lib/http';
import { answerDevice, deviceDonePath } from '@/lib/oidc';
import { seeOther } from '@/lib/see-other';

const input = z.object({ user_code: z.string().max(32), decision: z.enum(['allow', 'deny']) });

/** Lets a device sign in, or refuses it. */
export const answer = formAction({ access: 'session', limit: 'user-code', input }, async ({ user_code, decision }) => {
  const answered = await answerDevice(user_code, decision);
  if ('to' in answered) return navigateTo(answered.to);
  if (answered.problem === 'AbortedError') return seeOther(deviceDonePath('refused'));
  return refusedState('device_code_expired');
});
