'use server';

import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import { formAction, refusedIn } from '@/lib/http';
import { withdraw } from '@/lib/oidc';

export const withdrawApp = formAction(
  { access: 'session', limit: 'manage', input: z.object({ id: z.string().max(64) }) },
  async ({ id }, { session, context }) => {
    const withdrawn = await withdraw(id, session, context);
    revalidatePath('/account/apps');
    return withdrawn.ok
      ? { status: 'done', message: 'Withdrawn. The app has to ask you again.' }
      : refusedIn({ not_found: 'That app has nothing of yours any more.' }, withdrawn.error);
  },
);
