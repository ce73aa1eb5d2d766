'use server';

import { cookies } from 'next/headers';
import { z } from 'zod';
import { cookieName } from '@/lib/cookies';
import { clearSessionCookie, formAction } from '@/lib/http';
import { seeOther } from '@/lib/see-other';
import { signOut as endThisSession } from '@/lib/sessions';
import { DAYS } from '@/lib/time';
import { passwordFactors, stepUpByPassword } from './step-up-by-password';

export const signOut = formAction(
  { access: 'anyone', limit: 'manage', input: z.object({}) },
  async (_, { context }) => {
    const jar = await cookies();
    await endThisSession(jar.get(cookieName('session'))?.value, context);
    clearSessionCookie(jar);
    return seeOther('/signed-out');
  },
);

const theme = z.object({ theme: z.enum(['system', 'light', 'dark']) });

export const chooseTheme = formAction({ access: 'anyone', limit: 'manage', input: theme }, async ({ theme }) => {
  (await cookies()).set('theme', theme, { sameSite: 'lax', path: '/', maxAge: 400 * DAYS });
  return { status: 'done' };
});

/** The step-up's dialog: the page stays as it is, and sends again what needed it. */
export const confirmHere = formAction(
  { access: 'session', limit: 'password', input: passwordFactors },
  (factors, { session, context }) => stepUpByPassword(factors, session, context),
);
