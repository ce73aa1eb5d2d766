'use server';

import { z } from 'zod';
import { formAction, navigateTo, setOutcomeCookies, signingBrowser } from '@/lib/http';
import { requestRecovery } from '@/lib/recovery';
import { signInWithRecoveryLink } from '@/lib/sign-in';
import { emailAddress } from '@/lib/users';

const again = z.literal('on').optional();
const request = z.object({ email: emailAddress, again });

export const askForRecovery = formAction(
  { access: 'anyone', limit: 'recovery', input: request },
  async ({ email, again }, { context }) => {
    await requestRecovery(email, context);
    return { status: 'done', data: { email, ...(again && { again }) } };
  },
);

const link = z.object({ token: z.string().min(1).max(100) });

export const openRecoveryLink = formAction(
  { access: 'anyone', limit: 'recovery', input: link },
  async ({ token }, { context }) => {
    const { jar, ...at } = await signingBrowser();
    const outcome = await signInWithRecoveryLink(token, at, context);
    if (!outcome.ok)
      return { status: 'failed', message: 'This link was used already or is too old. Ask for a new one.' };

    setOutcomeCookies(jar, outcome.value);
    return navigateTo(outcome.value.redirectTo);
  },
);
