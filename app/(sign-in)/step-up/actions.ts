'use server';

import { z } from 'zod';
import { factorSentence, formAction, navigateTo, setOutcomeCookies, signingBrowser } from '@/lib/http';
import type { RequestContext } from '@/lib/request-context';
import { safeReturnTo } from '@/lib/return-to';
import type { Session } from '@/lib/sessions';
import { stepUpWithPassword } from '@/lib/sign-in';

const proof = { password: z.string().min(1, 'Enter your password.').max(1000), code: z.string().max(100).optional() };
type Proof = { password: string; code?: string };

/** The page of its own: leads back to where the proof was needed. */
export const confirmWithPassword = formAction(
  { access: 'session', limit: 'password', input: z.object({ ...proof, return_to: z.string().max(2000).optional() }) },
  async ({ return_to, ...given }, { session, context }) => {
    const proven = await prove(given, session, context);
    return proven.status === 'done' ? navigateTo(safeReturnTo(return_to)) : proven;
  },
);

/** The dialog: the page stays as it is, and sends again what needed the proof. */
export const confirmHere = formAction(
  { access: 'session', limit: 'password', input: z.object(proof) },
  (given, { session, context }) => prove(given, session, context),
);

async function prove(given: Proof, session: Session, context: RequestContext) {
  const proven = await stepUpWithPassword(given, session, context);
  if (!proven.ok) return { status: 'failed', message: factorSentence(proven.error) } as const;

  const { jar } = await signingBrowser();
  setOutcomeCookies(jar, { status: 'signed-in', token: proven.value.token });
  return { status: 'done' } as const;
}
