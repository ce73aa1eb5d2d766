'use server';

import { z } from 'zod';
import { formAction } from '@/lib/http';
import { answerDevice } from '@/lib/oidc';

const input = z.object({ user_code: z.string().max(32), decision: z.enum(['allow', 'deny']) });

/** Lets a device sign in, or refuses it. */
export const answer = formAction({ access: 'session', limit: 'user-code', input }, async ({ user_code, decision }) => {
  const answered = await answerDevice(user_code, decision);
  if ('to' in answered) return { status: 'done', data: { to: answered.to } };
  if (answered.problem === 'AbortedError') return { status: 'done', data: { to: '/device/done?refused=1' } };
  return { status: 'failed', message: 'The device waited too long, or was answered already. Start anew there.' };
});
