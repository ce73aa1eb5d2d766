'use server';

import { redirect } from 'next/navigation';
import { z } from 'zod';
import { plainAction, postponeOffer, signingBrowser } from '@/lib/http';
import { safeReturnTo } from '@/lib/return-to';

const input = z.object({ return_to: z.string().max(2000).optional() });

export const notNow = plainAction({ access: 'session', limit: 'manage', input }, async ({ return_to }) => {
  const { jar } = await signingBrowser();
  postponeOffer(jar);
  redirect(safeReturnTo(return_to));
});
