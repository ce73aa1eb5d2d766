import { revalidatePath } from 'next/cache';
import { cookies, headers } from 'next/headers';
import type { z } from 'zod';
import { isUnavailable } from '@/db';
import { config } from '@/lib/config';
import { cookieName } from '@/lib/cookies';
import { log } from '@/lib/log';
import { type LimitName, recordDenied, takeAttempt } from '@/lib/rate-limits';
import { REQUEST_ID_HEADER, type RequestContext, requestContextFrom } from '@/lib/request-context';
import { deniedTo, isRecentlyAuthenticated, readSession, type Session, whyNotAdmin } from '@/lib/sessions';
import { SENT_FROM_ELSEWHERE } from './foreign-form';
import { displayableFields, textFields } from './form-data';
import { isStorable } from './json-body';
import { formatWait } from './outcome';

/** What a form shows after it was sent. `values` are what the person typed, never a secret. */
export type FormState =
  | { status: 'idle' }
  | { status: 'done'; message?: string; data?: Record<string, string> }
  | {
      status: 'failed';
      message: string;
      fields?: Record<string, string>;
      values?: Record<string, string>;
      needsStepUp?: true;
      needsSignIn?: true;
    };

type Failed = Extract<FormState, { status: 'failed' }>;
type Access = 'anyone' | 'signed-out' | 'session' | 'recent-session' | 'recent-admin';
type Entered<A extends Access> = {
  context: RequestContext;
  session: A extends 'anyone' | 'signed-out' ? Session | undefined : Session;
};
type Entry<A extends Access, S extends z.ZodType> = { access: A; limit: LimitName; input: S };

const failed = (message: string, more: Partial<Failed> = {}): Failed => ({
  status: 'failed',
  message,
  ...more,
});

/** A refusal in the words of a form; a session that ended while the form was being sent leads to sign-in and back. */
export function refusedIn<E extends string>(words: Record<Exclude<E, 'session-ended'>, string>, error: E) {
  if (error === 'session-ended') return failed(messages.session_required, nextStep.session_required);
  return failed(words[error as Exclude<E, 'session-ended'>]);
}

/**
 * Makes a server action for a form, with the same checks as `jsonRoute`, access before input. Next runs an action whose
 * `Origin` is missing, and where the server is not ours compares it with a header that a client can send (trap T23), so
 * ours is compared here.
 */
export function formAction<A extends Access, S extends z.ZodType>(
  { access, limit, input }: Entry<A, S>,
  act: (input: z.infer<S>, entered: Entered<A>) => Promise<FormState>,
) {
  const enter = async (form: FormData): Promise<FormState> => {
    const sent = await headers();
    const context = requestContextFrom(sent, sent.get(REQUEST_ID_HEADER));
    if (sent.get('origin') !== config.publicUrl) {
      await recordDenied({ type: 'csrf.blocked' }, context);
      return failed(SENT_FROM_ELSEWHERE);
    }
    const attempt = await takeAttempt(limit, context);
    if (!attempt.ok) return failed(`Too many attempts. Try again in ${formatWait(attempt.error)}.`);

    const session = await readSession((await cookies()).get(cookieName('session'))?.value);
    if (session && isSomebodyElse(form, session)) {
      revalidatePath('/', 'layout');
      return failed(
        `Nothing was done, because you are signed in as ${session.email} now. Look again before you go on.`,
      );
    }
    const refused = check(access, session);
    if (refused && session) await recordDenied(deniedTo(session, refused), context);
    if (refused) return failed(messages[refused], nextStep[refused]);
    const given = textFields(form);
    const unstorable = given.filter((entry) => !entry.every(isStorable)).map(([name]) => [name, 'Type this again.']);
    if (unstorable.length) return failed(badInput, { fields: Object.fromEntries(unstorable) });
    const parsed = input.safeParse(Object.fromEntries(given));
    if (!parsed.success) {
      const fields = Object.fromEntries(parsed.error.issues.map((issue) => [String(issue.path[0]), issue.message]));
      return failed(badInput, { fields });
    }
    return act(parsed.data, { context, session } as Entered<A>);
  };
  return async (_previous: FormState, form: FormData) => {
    const state = await enter(form).catch(whileAway);
    return state.status === 'failed' ? { values: displayableFields(form), ...state } : state;
  };
}

/**
 * Whether the form comes from a page that showed another account as signed in, or nobody: another window has signed in
 * since. A form that says nothing of it comes from a page that shows nobody.
 */
function isSomebodyElse(form: FormData, { userId }: Session) {
  const shown = form.get('shown_as');
  return shown !== null && shown !== userId;
}

/** An outage is no dead end: the form stays as it was typed. Whatever else is thrown is the page's matter. */
function whileAway(error: unknown) {
  if (!isUnavailable(error)) throw error;
  log.error({ err: error }, 'the database is away');
  return failed('The service cannot reach its database. Try again soon.');
}

function check(access: Access, session: Session | undefined): keyof typeof messages | undefined {
  if (access === 'anyone') return undefined;
  if (access === 'signed-out') return session && 'signed_in';
  if (!session) return 'session_required';
  if (access === 'recent-admin') return whyNotAdmin(session);
  if (access !== 'session' && !isRecentlyAuthenticated(session)) return 'step_up_required';
  return undefined;
}

const badInput = 'Check what you entered.';
const messages = {
  signed_in: 'You are signed in. Sign out first to use this link.',
  session_required: 'You are signed out, so nothing was changed.',
  not_administrator: 'Only an administrator may do this.',
  step_up_required: 'Confirm that it is you, then try again.',
  stronger_proof_required:
    'Administrators confirm with a passkey, or with a password and a code, before they change anything.',
  on_hold:
    'You came by a recovery link, or with what was added after one or with a password alone, so for now you change nothing here. Confirm with a passkey that you had before.',
};
/** The link that goes with a refusal. */
const nextStep: Partial<Record<keyof typeof messages, { needsStepUp: true } | { needsSignIn: true }>> = {
  session_required: { needsSignIn: true },
  step_up_required: { needsStepUp: true },
  stronger_proof_required: { needsStepUp: true },
  on_hold: { needsStepUp: true },
};
