'use server';

import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import { formAction } from '@/lib/http';
import { rotateKeys } from '@/lib/signing-keys';

const nothing = z.object({});

export const makeKeys = formAction(
  { access: 'signing-keys.write', limit: 'manage', input: nothing },
  async (_, { session, context }) => {
    const made = await rotateKeys({ compromised: false }, session.userId, context);
    if (!made.ok) return { status: 'failed', message: 'New keys are published already, and sign within the hour.' };

    revalidatePath('/admin/keys');
    return { status: 'done', message: 'The new keys are published, and sign in an hour.' };
  },
);

export const replaceKeys = formAction(
  { access: 'signing-keys.write', limit: 'manage', input: nothing },
  async (_, { session, context }) => {
    await rotateKeys({ compromised: true }, session.userId, context);
    revalidatePath('/admin/keys');
    return { status: 'done', message: 'All keys are replaced. What the old ones signed is worth nothing any more.' };
  },
);
