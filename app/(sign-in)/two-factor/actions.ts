'use server';

import { z } from 'zod';
import {
  clearPendingCookie,
  factorSentence,
  formAction,
  navigateTo,
  nextPage,
  setOutcomeCookies,
  signingBrowser,
} from '@/lib/http';
import { fieldError } from '@/lib/messages';
import { seeOther } from '@/lib/see-other';
import { finishSignIn } from '@/lib/sign-in';

const input = z.object({ code: z.string().min(1, fieldError('code_missing')).max(100) });

export const enterCode = formAction({ access: 'anyone', limit: 'password', input }, async ({ code }, { context }) => {
  const { jar, ...at } = await signingBrowser();
  const outcome = await finishSignIn(at, code, context);
  if (!outcome.ok) return { status: 'failed', message: factorSentence(outcome.error) };

  setOutcomeCookies(jar, outcome.value);
  const { factor, redirectTo } = outcome.value;
  return navigateTo(factor === 'recovery-code' ? afterRecoveryCode(redirectTo) : nextPage(outcome.value, jar));
});

/** First to where a lost factor is set up anew (requirement F9), and from there to the app that waits, if one does. */
function afterRecoveryCode(redirectTo: string) {
  const page = '/account/security?notice=recovery-code-used';
  return redirectTo.startsWith('/interaction/') ? `${page}&return_to=${encodeURIComponent(redirectTo)}` : page;
}

export const cancel = formAction({ access: 'anyone', limit: 'manage', input: z.object({}) }, async () => {
  const { jar } = await signingBrowser();
  clearPendingCookie(jar);
  return seeOther('/sign-in');
});
