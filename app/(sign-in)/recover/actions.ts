'use server';

import { z } from 'zod';
import { formAction, formOf, navigateTo, refusedState, setOutcomeCookies, signingBrowser } from '@/lib/http';
import { requestRecovery } from '@/lib/recovery';
import { signInWithRecoveryLink } from '@/lib/sign-in';

export const askForRecovery = formOf(requestRecovery, {
  done: (_, { email }, { again }) => ({ status: 'done', data: { email, ...(again && { again: 'on' }) } }),
});

const link = z.object({ token: z.string().min(1).max(100) });

export const openRecoveryLink = formAction(
  { access: 'anyone', limit: 'recovery', input: link },
  async ({ token }, { context }) => {
    const { jar, ...at } = await signingBrowser();
    const outcome = await signInWithRecoveryLink(token, at, context);
    if (!outcome.ok) return refusedState(outcome.error);

    setOutcomeCookies(jar, outcome.value);
    return navigateTo(outcome.value.redirectTo);
  },
);
