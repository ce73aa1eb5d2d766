'use server';

import { z } from 'zod';
import { passwordFactors, stepUpByPassword } from '@/app/step-up-by-password';
import { formAction, navigateTo } from '@/lib/http';
import { safeReturnTo } from '@/lib/return-to';

const input = passwordFactors.extend({ return_to: z.string().max(2000).optional() });

/** The page of its own: leads back to where the step-up was needed. */
export const confirmWithPassword = formAction(
  { access: 'session', limit: 'password', input },
  async ({ return_to, ...factors }, { session, context }) => {
    const confirmed = await stepUpByPassword(factors, session, context);
    return confirmed.status === 'done' ? navigateTo(safeReturnTo(return_to)) : confirmed;
  },
);
