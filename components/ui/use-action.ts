'use client';

import { createContext, type RefObject, startTransition, useActionState, useContext, useEffect, useRef } from 'react';
import type { FormState } from '@/lib/http';
import { describeThrown } from './no-answer';
import { useHydrated } from './use-hydrated';

export type FormAction = (previous: FormState, form: FormData) => Promise<FormState>;

/** The state of an action, the function that sends it, and whether the typed values stay: they do where no answer came. */
export type Sending = readonly [state: FormState, send: (form: FormData) => void, preservesInput: RefObject<boolean>];

/** Asks for a step-up and resolves to whether it succeeded. Provided around every form that may need it. */
export const StepUpContext = createContext<(() => Promise<boolean>) | null>(null);

/**
 * A form's action, to be sent by `Form`. Where the server wants a step-up first, it is asked for and the form is
 * sent once more. Until the script has taken over, the form posts straight to the server.
 */
export function useAction(action: FormAction, onDone?: (state: FormState) => void): Sending {
  const prove = useContext(StepUpContext);
  const ready = useHydrated();
  const refused = useRef<FormData>(undefined);
  const preservesInput = useRef(false);

  async function send(previous: FormState, form: FormData) {
    preservesInput.current = false;
    const outcome = await action(previous, form).catch((thrown: unknown) => {
      preservesInput.current = true;
      return describeThrown(thrown);
    });
    refused.current = outcome.status === 'failed' && outcome.needsStepUp ? form : undefined;
    if (outcome.status === 'done') onDone?.(outcome);
    return outcome;
  }

  const [state, dispatch] = useActionState<FormState, FormData>(ready ? send : action, { status: 'idle' });

  // Not inside the action: as long as one form is on its way, React shows no answer to another, the step-up's included.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the effect runs once for every answer
  useEffect(() => {
    const form = refused.current;
    refused.current = undefined;
    if (form) void prove?.().then((confirmed) => confirmed && startTransition(() => dispatch(form)));
  }, [state]);

  return [state, dispatch, preservesInput];
}
