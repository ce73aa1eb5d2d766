'use server';

import { z } from 'zod';
import { formAction } from '@/lib/http';
import { signOutForClient } from '@/lib/oidc';

/** Signs out as an app asked, and goes where the app may send people afterwards. */
export const signOutAsked = formAction(
  { access: 'session', limit: 'manage', input: z.object({ query: z.string().max(16_000) }) },
  async ({ query }) => {
    const to = await signOutForClient(query);
    return to
      ? { status: 'done', data: { to } }
      : { status: 'failed', message: 'The app asked in a way that cannot be answered. Sign out from your account.' };
  },
);
