import { revalidatePath } from 'next/cache';
import type { z } from 'zod';
import type { Actor } from '@/lib/actor';
import { doneMessage } from '@/lib/messages';
import { type Operation, perform } from '@/lib/operation';
import type { Problem } from '@/lib/problems';
import { type FormState, formAction, refusedState } from './form-action';

type Door<I, O> = {
  /** The page to revalidate, where others than the form's own page show what it changes. */
  page?: string;
  /** Maps the fields to the input, where the rules of `inputFrom` do not. */
  input?: (fields: Record<string, string>) => unknown;
  /** What the form shows afterwards, or a redirect; without it the sentence `done.<name>` of the catalogue. */
  done?: (output: O, input: I, fields: Record<string, string>) => FormState | Promise<FormState>;
  /** The state after a refusal that has changed something nevertheless. */
  refused?: (problem: Problem) => FormState | undefined;
};

/** Mounts an operation as the server action of a form, which works without JavaScript as well; the action names it. */
export function formOf<I extends z.ZodType, O extends z.ZodType, R extends Problem, P>(
  operation: Operation<I, O, R, P>,
  { page, input: decode, done, refused }: Door<z.output<I>, z.output<O>>,
) {
  const action = formAction({ ...operation, decode }, async (input, { session, context, fields }) => {
    const actor: Actor = session ? { kind: 'session', session } : { kind: 'nobody' };
    const outcome = await perform(operation, input, actor, context);
    if (!outcome.ok) return refused?.(outcome.error) ?? refusedState(outcome.error);

    if (page) revalidatePath(page, 'layout');
    if (done) return done(outcome.value, input, fields);
    return { status: 'done', message: doneMessage(operation.name, input as object, outcome.value as object) };
  });
  return Object.assign(action, { operation }) as typeof action;
}
