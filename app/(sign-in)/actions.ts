'use server';

import { cookies } from 'next/headers';
import { cookieName, cookieSettings } from '@/lib/cookies';
import { formOf } from '@/lib/http';
import { openRegistrationLink } from '@/lib/registration-links';
import { MINUTES } from '@/lib/time';

/** Opens a sign-up, invitation or setup link in this browser, for the ceremony that follows. */
export const openLink = formOf(openRegistrationLink, {
  done: async (_, { token }) => {
    (await cookies()).set(cookieName('enrolment'), token, cookieSettings(20 * MINUTES));
    return { status: 'done' };
  },
});
