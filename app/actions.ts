'use server';

import { cookies } from 'next/headers';
import { redirect } from 'next/navigation';
import { z } from 'zod';
import { cookieName } from '@/lib/cookies';
import { forgetSession, plainAction } from '@/lib/http';
import { endSession } from '@/lib/sessions';
import { DAYS } from '@/lib/time';

export const signOut = plainAction({ access: 'anyone', limit: 'manage', input: z.object({}) }, async (_, { by }) => {
  const jar = await cookies();
  await endSession(jar.get(cookieName('session'))?.value, by);
  forgetSession(jar);
  redirect('/signed-out');
});

const theme = z.object({ theme: z.enum(['system', 'light', 'dark']) });

export const chooseTheme = plainAction({ access: 'anyone', limit: 'manage', input: theme }, async ({ theme }) => {
  (await cookies()).set('theme', theme, { sameSite: 'lax', path: '/', maxAge: 400 * DAYS });
});
