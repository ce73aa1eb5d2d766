import { cache } from 'react';
import { listPasskeys } from '@/lib/passkeys';
import { findPasswordOf } from '@/lib/passwords';
import { findSecondFactor } from '@/lib/second-factors';
import type { Session } from '@/lib/sessions';

/** What the signed-in person can sign in with; read once a request, however many parts of the page ask. */
export const readWaysIn = cache(async (session: Session) => {
  const { userId } = session;
  const [listing, password, secondFactor] = await Promise.all([
    listPasskeys(session),
    findPasswordOf(userId),
    findSecondFactor(userId),
  ]);
  return { ...listing, password, passwordSince: password?.changedAt, secondFactor };
});
