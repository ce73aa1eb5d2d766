'use server';

import { redirect } from 'next/navigation';
import { z } from 'zod';
import { factorSentence, formAction, keepOutcome, signingBrowser } from '@/lib/http';
import { safeReturnTo } from '@/lib/return-to';
import { stepUpWithPassword } from '@/lib/sign-in';

const input = z.object({
  password: z.string().min(1, 'Enter your password.').max(1000),
  code: z.string().max(100).optional(),
  return_to: z.string().max(2000).optional(),
});

export const confirmWithPassword = formAction(
  { access: 'session', limit: 'password', input },
  async ({ return_to, ...proof }, { session, by }) => {
    const proven = await stepUpWithPassword(proof, session, by);
    if (!proven.ok) return { status: 'failed', message: factorSentence(proven.error) };

    const { jar } = await signingBrowser();
    keepOutcome(jar, { status: 'signed-in', token: proven.value.token });
    redirect(safeReturnTo(return_to));
  },
);
