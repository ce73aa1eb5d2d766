'use server';

import { cookies } from 'next/headers';
import { cookieName, cookieSettings } from '@/lib/cookies';
import { formOf } from '@/lib/http';
import { requestSignUp } from '@/lib/registration-links';
import { safeReturnTo } from '@/lib/return-to';
import { HOURS } from '@/lib/time';

export const requestAccount = formOf(requestSignUp, {
  done: async (_, { email, name }, { return_to, again }) => {
    // The link in the e-mail carries nothing of it, so that nobody can be sent anywhere by an e-mail.
    if (return_to) (await cookies()).set(cookieName('return-to'), safeReturnTo(return_to), cookieSettings(1 * HOURS));
    return { status: 'done', data: { email, name, ...(return_to && { return_to }), ...(again && { again: 'on' }) } };
  },
});
