'use server';

import { z } from 'zod';
import { formAction, goOn, postponeOffer, signingBrowser } from '@/lib/http';
import { safeReturnTo } from '@/lib/return-to';

const input = z.object({ return_to: z.string().max(2000).optional() });

export const notNow = formAction({ access: 'session', limit: 'manage', input }, async ({ return_to }) => {
  const { jar } = await signingBrowser();
  postponeOffer(jar);
  return goOn(safeReturnTo(return_to));
});
