'use server';

import { z } from 'zod';
import { stepUpByPassword } from '@/app/step-up-by-password';
import { formAction, navigateTo } from '@/lib/http';
import { fieldError } from '@/lib/messages';
import { safeReturnTo } from '@/lib/return-to';

const input = z.object({
  password: z.string().min(1, fieldError('password_missing')).max(1000),
  code: z.string().max(100).optional(),
  return_to: z.string().max(2000).optional(),
});

/** The page of its own: leads back to where the step-up was needed. */
export const confirmWithPassword = formAction(
  { access: 'session', limit: 'password', input },
  async ({ return_to, ...factors }, { session, context }) => {
    const confirmed = await stepUpByPassword(factors, session, context);
    return confirmed.status === 'done' ? navigateTo(safeReturnTo(return_to)) : confirmed;
  },
);
