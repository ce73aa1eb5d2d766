'use client';

import { createContext, useActionState, useContext } from 'react';
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

  async function send(previous: FormState, form: FormData) {
    const first = await action(previous, form);
    const again = first.status === 'failed' && first.needsStepUp && prove && (await prove());
    const outcome = again ? await action(previous, form) : first;
    if (outcome.status === 'done') onDone?.(outcome);
    return outcome;
  }

  return useActionState<FormState, FormData>(ready ? send : action, { status: 'idle' });
}
