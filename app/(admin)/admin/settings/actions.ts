'use server';

import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import { formAction } from '@/lib/http';
import { changeSettings } from '@/lib/settings';

const input = z.object({ passkeys: z.enum(['two-factors', 'one-factor']) });

export const saveSettings = formAction(
  { access: 'settings.write', limit: 'manage', input },
  async ({ passkeys }, { session, context }) => {
    await changeSettings({ passkeyIsTwoFactors: passkeys === 'two-factors' }, session.userId, context);
    revalidatePath('/admin/settings');
    return { status: 'done', message: 'Saved. It holds for every sign-in from now on.' };
  },
);
