'use server';

import { z } from 'zod';
import { confirmAddressChange } from '@/lib/account';
import { formAction } from '@/lib/http';

const input = z.object({ token: z.string().min(1).max(100) });

export const confirmAddress = formAction(
  { access: 'anyone', limit: 'recovery', input },
  async ({ token }, { context }) => {
    const changed = await confirmAddressChange(token, context);
    if (!changed.ok)
      return { status: 'failed', message: 'This link was used already or is too old. Ask for a new one.' };

    const { old, email } = changed.value;
    return {
      status: 'done',
      message: old === email ? `${email} is confirmed.` : `${email} is now the address of your account.`,
    };
  },
);
