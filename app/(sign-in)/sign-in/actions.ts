'use server';

import { z } from 'zod';
import { factorSentence, formAction, navigateTo, nextPage, setOutcomeCookies, signingBrowser } from '@/lib/http';
import { fieldError } from '@/lib/messages';
import { signInWithPassword } from '@/lib/sign-in';
import { emailAddress } from '@/lib/users';

const input = z.object({
  email: emailAddress,
  password: z.string().min(1, fieldError('password_missing')).max(1000),
  return_to: z.string().max(2000).optional(),
});

export const signInByPassword = formAction(
  { access: 'anyone', limit: 'password', input },
  async ({ email, password, return_to }, { context }) => {
    const { jar, ...at } = await signingBrowser();
    const outcome = await signInWithPassword({ email, password, returnTo: return_to, ...at }, context);
    if (!outcome.ok) return { status: 'failed', message: factorSentence(outcome.error), values: { email } };

    setOutcomeCookies(jar, outcome.value);
    return navigateTo(nextPage(outcome.value, jar));
  },
);
