'use server';

import { z } from 'zod';
import { displayName } from '@/lib/display-name';
import { requestSignUp } from '@/lib/enrolments';
import { formAction } from '@/lib/http';
import { emailAddress } from '@/lib/users';

const input = z.object({ email: emailAddress, name: displayName });

export const requestAccount = formAction(
  { access: 'signed-out', limit: 'sign-up', input },
  async ({ email, name }, { by }) => {
    const requested = await requestSignUp(email, name, by);
    if (!requested.ok)
      return { status: 'failed', message: 'Sign-up is closed here. Ask an administrator for an invitation.' };

    return { status: 'done', data: { email } };
  },
);
