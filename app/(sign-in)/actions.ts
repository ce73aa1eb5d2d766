'use server';

import { cookies } from 'next/headers';
import { z } from 'zod';
import { cookieName, cookieSettings } from '@/lib/cookies';
import { displayName } from '@/lib/display-name';
import { formAction } from '@/lib/http';
import { openRegistrationLink } from '@/lib/registration-links';
import { MINUTES } from '@/lib/time';
import { emailAddress } from '@/lib/users';

const input = z.object({ token: z.string().max(100), name: displayName, email: emailAddress.optional() });
const sentences = {
  'link-expired': 'This link was used already or is too old. Ask for a new one.',
  'address-missing': 'Enter your e-mail address.',
};

/** Opens a sign-up, invitation or setup link in this browser, for the ceremony that follows. */
export const openLink = formAction(
  { access: 'signed-out', limit: 'enrolment', input },
  async ({ token, name, email }) => {
    const opened = await openRegistrationLink(token, name, email);
    if (!opened.ok) return { status: 'failed', message: sentences[opened.error], values: { name, email: email ?? '' } };

    (await cookies()).set(cookieName('enrolment'), token, cookieSettings(20 * MINUTES));
    return { status: 'done' };
  },
);
