'use server';

import { z } from 'zod';
import { formAction } from '@/lib/http';
import { cancelRecovery } from '@/lib/recovery';

const input = z.object({ token: z.string().min(1).max(100) });

export const cancel = formAction({ access: 'anyone', limit: 'recovery', input }, async ({ token }, { context }) => {
  const cancelled = await cancelRecovery(token, context);
  return cancelled.ok
    ? { status: 'done', message: 'What was added is gone, and its sessions have ended.' }
    : { status: 'failed', message: 'This link was used already or is too old. Sign in and look under “Security”.' };
});
