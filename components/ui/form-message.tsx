'use client';

import { usePathname } from 'next/navigation';
import type { FormState } from '@/lib/http';
import { Alert } from './alert';

/**
 * What came of a form, unless its field says the same. A missing session or step-up
 * leads to the page that takes one and back here; that needs no script.
 */
export function FormMessage({ state }: { state: FormState }) {
  const here = usePathname();
  if (state.status === 'idle' || !state.message) return null;
  if (state.status === 'failed' && Object.values(state.fields ?? {}).includes(state.message)) return null;
  if (state.status === 'done') return <Alert tone="good">{state.message}</Alert>;
  const next = nextOf(state, here);
  return (
    <Alert tone={state.needsStepUp ? 'caution' : 'danger'} role="alert">
      {state.message}
      {next && (
        <>
          {' '}
          <a className="link font-medium" href={next.href}>
            {next.label}
          </a>
        </>
      )}
    </Alert>
  );
}

function nextOf({ needsStepUp, needsSignIn }: Extract<FormState, { status: 'failed' }>, here: string) {
  const back = `return_to=${encodeURIComponent(here)}`;
  if (needsSignIn) return { href: `/sign-in?${back}`, label: 'Sign in again' };
  return needsStepUp ? { href: `/step-up?${back}`, label: 'Confirm that it is you' } : undefined;
}
