import { cache } from 'react';
import { listPasskeys } from '@/lib/passkeys';
import { findPasswordAge } from '@/lib/passwords';
import { findSecondFactor } from '@/lib/second-factors';
import type { Session } from '@/lib/sessions';

/** What the signed-in person can sign in with; read once a request, however many parts of the page ask. */
export const readWaysIn = cache(async (session: Session) => {
  const { userId } = session;
  const [listing, passwordSince, secondFactor] = await Promise.all([
    listPasskeys(session),
    findPasswordAge(userId),
    findSecondFactor(userId),
  ]);
  return { ...listing, passwordSince, secondFactor };
});
