'use server';

import { cookies } from 'next/headers';
import { z } from 'zod';
import { cookieName, cookieSettings } from '@/lib/cookies';
import { displayName } from '@/lib/display-name';
import { formAction } from '@/lib/http';
import { requestSignUp } from '@/lib/registration-links';
import { safeReturnTo } from '@/lib/return-to';
import { HOURS } from '@/lib/time';
import { emailAddress } from '@/lib/users';

const input = z.object({
  email: emailAddress,
  name: displayName,
  return_to: z.string().max(2000).optional(),
  again: z.literal('on').optional(),
});

export const requestAccount = formAction(
  { access: 'signed-out', limit: 'sign-up', input },
  async ({ email, name, return_to, again }, { context }) => {
    const requested = await requestSignUp(email, name, context);
    if (!requested.ok)
      return { status: 'failed', message: 'Sign-up is closed here. Ask an administrator for an invitation.' };

    // The letter's link carries nothing of it, so that nobody can be sent anywhere by a letter.
    if (return_to) (await cookies()).set(cookieName('return-to'), safeReturnTo(return_to), cookieSettings(1 * HOURS));
    return { status: 'done', data: { email, name, ...(return_to && { return_to }), ...(again && { again }) } };
  },
);
