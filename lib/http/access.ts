import type { Access } from '@/lib/access';
import type { Actor, Session } from '@/lib/actor';
import { cookieName } from '@/lib/cookies';
import type { Problem } from '@/lib/problems';
import { recordDenied } from '@/lib/rate-limits';
import { findRegistrationLink, type RegistrationLink } from '@/lib/registration-links';
import type { RequestContext } from '@/lib/request-context';
import { fail, ok, type Result } from '@/lib/result';
import { deniedTo, readSession, whyRefused } from '@/lib/sessions';
import type { Cookies } from './cookies';

/** The header with the user id that a page of ours showed as signed in, empty for nobody; without it nothing is compared. */
const SHOWN_AS_HEADER = 'x-latchkey-shown-as';

/** Whether the page that sends a request showed another account, or nobody, as signed in: another window has signed in since. */
export function showsAnotherAccount(request: Request, { userId }: Session) {
  const shown = request.headers.get(SHOWN_AS_HEADER);
  return shown !== null && shown !== userId;
}

type Registrant = { session: Session } | { registrationLink: RegistrationLink };

/** What each kind of access hands to its handler. */
export type Admitted<A extends Access> = A extends 'anyone' | 'signed-out'
  ? undefined
  : A extends 'registering' | 'may-register'
    ? Registrant
    : Session;

/**
 * Lets a request in, or says why not. A session goes before an enrolment left open in the same browser: what a
 * signed-in person adds is theirs. Nobody acts by a page that showed somebody else, nor by a link where it showed a session.
 */
export async function admit<A extends Access>(access: A, request: Request, cookies: Cookies, context: RequestContext) {
  return (await decide(access, request, cookies, context)) as Result<Admitted<A>, Problem>;
}

async function decide(
  access: Access,
  request: Request,
  cookies: Cookies,
  context: RequestContext,
): Promise<Result<Session | Registrant | undefined, Problem>> {
  if (access === 'anyone') return ok(undefined);
  const session = await readSession(cookies.get(cookieName('session'))?.value);
  const shown = request.headers.get(SHOWN_AS_HEADER);
  if (session && showsAnotherAccount(request, session)) return fail('another_account');
  const registers = access === 'registering' || access === 'may-register';
  if (session) {
    const actor: Actor = { kind: 'session', session };
    const refused = whyRefused(access, actor);
    if (!refused) return ok(registers ? { session } : session);
    await recordDenied(deniedTo(actor, refused), context);
    return fail(refused);
  }

  if (!registers || shown) return fail('session_required');
  const registrationLink = await findRegistrationLink(cookies.get(cookieName('enrolment'))?.value);
  return registrationLink ? ok({ registrationLink }) : fail(shown === '' ? 'enrolment_required' : 'session_required');
}
