'use server';

import { z } from 'zod';
import { formAction, navigateTo, refusedState } from '@/lib/http';
import { signOutForClient } from '@/lib/oidc';

/** Signs out as an app asked, and goes where the app may send people afterwards. */
export const confirmSignOut = formAction(
  { access: 'anyone', limit: 'manage', input: z.object({ query: z.string().max(16_000) }) },
  async ({ query }) => {
    const to = await signOutForClient(query);
    if (to) return navigateTo(to);
    return refusedState('sign_out_not_understood');
  },
);
