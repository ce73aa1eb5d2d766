'use client';

import { createContext, startTransition, useActionState, useContext, useEffect, useRef } from 'react';
import type { FormState } from '@/lib/http';
import { useHydrated } from './use-hydrated';

export type FormAction = (previous: FormState, form: FormData) => Promise<FormState>;

/** Asks who is there, and yields whether that was proven. Provided around every form that may need it. */
export const ProofContext = createContext<(() => Promise<boolean>) | null>(null);

/**
 * A form's action. Where the server wants a fresh proof first, it is asked for and the form is sent once more. Until
 * the script has taken over, the form posts straight to the server.
 */
export function useAction(action: FormAction, onDone?: (state: FormState) => void) {
  const prove = useContext(ProofContext);
  const ready = useHydrated();
  const refused = useRef<FormData>(undefined);

  async function send(previous: FormState, form: FormData) {
    const outcome = await action(previous, form);
    refused.current = outcome.status === 'failed' && outcome.needsStepUp ? form : undefined;
    if (outcome.status === 'done') onDone?.(outcome);
    return outcome;
  }

  const [state, dispatch] = useActionState<FormState, FormData>(ready ? send : action, { status: 'idle' });

  // Not inside the action: as long as one form is on its way, React shows no answer to another, the proof's own included.
  // biome-ignore lint/correctness/useExhaustiveDependencies: every answer is looked at once
  useEffect(() => {
    const form = refused.current;
    refused.current = undefined;
    if (form) void prove?.().then((proven) => proven && startTransition(() => dispatch(form)));
  }, [state]);

  return [state, dispatch] as const;
}
