import { revalidatePath } from 'next/cache';
import { cookies, headers } from 'next/headers';
import type { z } from 'zod';
import { isUnavailable } from '@/db';
import type { Access } from '@/lib/access';
import type { Actor, Session } from '@/lib/actor';
import { config } from '@/lib/config';
import { cookieName } from '@/lib/cookies';
import { log } from '@/lib/log';
import { message } from '@/lib/messages';
import { describeProblem, type Problem } from '@/lib/problems';
import { type LimitName, recordDenied, takeAttempt } from '@/lib/rate-limits';
import { REQUEST_ID_HEADER, type RequestContext, requestContextFrom } from '@/lib/request-context';
import { deniedTo, readSession, whyRefused } from '@/lib/sessions';
import { displayableFields, inputFrom, textFields } from './form-data';
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
type Entered<A extends Access> = {
  context: RequestContext;
  session: A extends 'anyone' | 'signed-out' ? Session | undefined : Session;
  /** Every field as it was sent, also what is no input: where to go on, or that it was sent before. */
  fields: Record<string, string>;
};
type Entry<A extends Access, S extends z.ZodType> = {
  access: A;
  limit: LimitName;
  input: S;
  decode?: (fields: Record<string, string>) => unknown;
};

const failed = (message: string, more: Partial<Failed> = {}): Failed => ({
  status: 'failed',
  message,
  ...more,
});

/** A refusal by its code: its sentence, the field that it is about, and the link that goes with it. */
export function refusedState(problem: Problem): Failed {
  const { message: sentence, field } = describeProblem(problem);
  return failed(sentence, { ...(field && { fields: { [field]: sentence } }), ...nextStep[problem] });
}

/**
 * Makes a server action for a form, with the same checks as `jsonRoute`, access before input. The origin is checked here,
 * because Next accepts a missing `Origin` and may compare it with a header that a client controls (trap T23).
 */
export function formAction<A extends Access, S extends z.ZodType>(
  { access, limit, input, decode }: Entry<A, S>,
  act: (input: z.infer<S>, entered: Entered<A>) => Promise<FormState>,
) {
  const enter = async (form: FormData): Promise<FormState> => {
    const received = await headers();
    const context = requestContextFrom(received, received.get(REQUEST_ID_HEADER));
    if (received.get('origin') !== config.publicUrl) {
      await recordDenied({ type: 'csrf.blocked' }, context);
      return failed(message('forms.sent_from_elsewhere'));
    }
    const attempt = await takeAttempt(limit, context);
    if (!attempt.ok) return failed(message('forms.wait', { wait: formatWait(attempt.error) }));

    const session = await readSession((await cookies()).get(cookieName('session'))?.value);
    if (session && isSomebodyElse(form, session)) {
      revalidatePath('/', 'layout');
      return failed(message('forms.somebody_else', { email: session.email }));
    }
    const actor: Actor = session ? { kind: 'session', session } : { kind: 'nobody' };
    const refused = whyRefused(access, actor);
    if (refused && session) await recordDenied(deniedTo(actor, refused), context);
    if (refused) return refusedState(refused);
    const sent = textFields(form);
    const unstorable = sent
      .filter((entry) => !entry.every(isStorable))
      .map(([name]) => [name, message('forms.type_again')]);
    if (unstorable.length) return failed(message('forms.bad_input'), { fields: Object.fromEntries(unstorable) });
    const fields = Object.fromEntries(sent);
    const parsed = input.safeParse(decode ? decode(fields) : inputFrom(input, sent));
    if (!parsed.success) {
      const wrong = Object.fromEntries(parsed.error.issues.map((issue) => [String(issue.path[0]), issue.message]));
      return failed(message('forms.bad_input'), { fields: wrong });
    }
    return act(parsed.data, { context, session, fields } as Entered<A>);
  };
  return async (_previous: FormState, form: FormData) => {
    const state = await enter(form).catch(whileAway);
    return state.status === 'failed' ? { values: displayableFields(form), ...state } : state;
  };
}

/**
 * Whether the form's page showed another account, or nobody, as signed in: another window has signed in since. A form
 * without the field comes from a page that shows no account.
 */
function isSomebodyElse(form: FormData, { userId }: Session) {
  const shown = form.get('shown_as');
  return shown !== null && shown !== userId;
}

/** Where the database is unavailable, the form says so and keeps its input. Any other error goes to the error page. */
function whileAway(error: unknown) {
  if (!isUnavailable(error)) throw error;
  log.error({ err: error }, 'the database is away');
  return refusedState('unavailable');
}

/** The link that goes with a refusal. */
const nextStep: Partial<Record<Problem, { needsStepUp: true } | { needsSignIn: true }>> = {
  session_required: { needsSignIn: true },
  step_up_required: { needsStepUp: true },
  stronger_proof_required: { needsStepUp: true },
  on_hold: { needsStepUp: true },
};
