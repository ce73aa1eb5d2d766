'use client';

import { usePathname } from 'next/navigation';
import type { FormState } from '@/lib/http';
import { Alert } from './alert';

/** What came of a form, unless its field says the same. A missing proof leads to the page that takes one and back here; that needs no script. */
export function FormMessage({ state }: { state: FormState }) {
  const here = usePathname();
  if (state.status === 'idle' || !state.message) return null;
  if (state.status === 'failed' && Object.values(state.fields ?? {}).includes(state.message)) return null;
  if (state.status === 'done') return <Alert tone="good">{state.message}</Alert>;
  return (
    <Alert tone={state.needsStepUp ? 'caution' : 'danger'} role="alert">
      {state.message}
      {state.needsStepUp && (
        <>
          {' '}
          <a className="link font-medium" href={`/step-up?return_to=${encodeURIComponent(here)}`}>
            Confirm that it is you
          </a>
        </>
      )}
    </Alert>
  );
}
