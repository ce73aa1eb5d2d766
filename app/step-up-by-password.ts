import { z } from 'zod';
import { factorSentence, setOutcomeCookies, signingBrowser } from '@/lib/http';
import { fieldError } from '@/lib/messages';
import type { RequestContext } from '@/lib/request-context';
import type { Session } from '@/lib/sessions';
import { stepUpWithPassword } from '@/lib/sign-in';

/** What somebody proves with who has no passkey at hand. */
export const passwordFactors = z.object({
  password: z.string().min(1, fieldError('password_missing')).max(1000),
  code: z.string().max(100).optional(),
});

type Factors = z.infer<typeof passwordFactors>;

/** Confirms with the password who is there, and gives the browser the session's new token; what two forms share. */
export async function stepUpByPassword(factors: Factors, session: Session, context: RequestContext) {
  const confirmed = await stepUpWithPassword(factors, session, context);
  if (!confirmed.ok) return { status: 'failed', message: factorSentence(confirmed.error) } as const;

  const { jar } = await signingBrowser();
  setOutcomeCookies(jar, { status: 'signed-in', token: confirmed.value.token });
  return { status: 'done' } as const;
}
