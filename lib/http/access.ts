import type { NextRequest } from 'next/server';
import { cookieName } from '@/lib/cookies';
import { recordDenied } from '@/lib/rate-limits';
import { findRegistrationLink, type RegistrationLink } from '@/lib/registration-links';
import type { RequestContext } from '@/lib/request-context';
import { fail, ok, type Result } from '@/lib/result';
import { deniedTo, isRecentlyAuthenticated, readSession, type Session } from '@/lib/sessions';
import type { Problem } from './problems';

/**
 * Who may enter: the authorization surface of the product is what `grep -rn "access:" app` prints.
 * `registering` is a session or an opened sign-up, invitation or setup link; `may-register` asks a session for a
 * recent proof as well.
 */
export type Access = 'anyone' | 'session' | 'recent-session' | 'registering' | 'may-register';

/** In this a page of ours says whom it showed as signed in, empty for nobody; without it whoever asks is heard. */
const SHOWN_AS_HEADER = 'x-latchkey-shown-as';

/** What each kind of access hands to its handler. */
export type Admitted = {
  anyone: undefined;
  session: Session;
  'recent-session': Session;
  registering: { session: Session } | { registrationLink: RegistrationLink };
  'may-register': { session: Session } | { registrationLink: RegistrationLink };
};

/**
 * Lets a request in, or says why not. A session goes before an enrolment left open in the same browser: what a
 * signed-in person adds is theirs. Nobody acts by a page that showed somebody else, nor by a link where it showed a session.
 */
export async function admit<A extends Access>(access: A, request: NextRequest, context: RequestContext) {
  return (await decide(access, request, context)) as Result<Admitted[A], Problem>;
}

async function decide(
  access: Access,
  request: NextRequest,
  context: RequestContext,
): Promise<Result<Admitted[Access], Problem>> {
  if (access === 'anyone') return ok(undefined);
  const session = await readSession(request.cookies.get(cookieName('session'))?.value);
  const shown = request.headers.get(SHOWN_AS_HEADER);
  if (session && shown !== null && shown !== session.userId) return fail('another_account');
  const registers = access === 'registering' || access === 'may-register';
  if (session) {
    const proven = access === 'session' || access === 'registering' || isRecentlyAuthenticated(session);
    if (!proven) {
      await recordDenied(deniedTo(session, 'step_up_required'), context);
      return fail('step_up_required');
    }
    return ok(registers ? { session } : session);
  }

  if (!registers || shown) return fail('session_required');
  const registrationLink = await findRegistrationLink(request.cookies.get(cookieName('enrolment'))?.value);
  return registrationLink ? ok({ registrationLink }) : fail(shown === '' ? 'enrolment_required' : 'session_required');
}
