'use server';

import { z } from 'zod';
import { formAction, navigateTo, postponeOffer, signingBrowser } from '@/lib/http';
import { safeReturnTo } from '@/lib/return-to';

const input = z.object({ return_to: z.string().max(2000).optional() });

export const notNow = formAction({ access: 'session', limit: 'manage', input }, async ({ return_to }) => {
  const { jar } = await signingBrowser();
  postponeOffer(jar);
  return navigateTo(safeReturnTo(return_to));
});
