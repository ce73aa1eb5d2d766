'use client';

import { type ReactNode, useActionState } from 'react';
import { FormMessage } from '../ui/form-message';
import { Leave } from '../ui/leave';
import { SubmitButton } from '../ui/submit-button';
import type { FormAction } from '../ui/use-action';

type LeavingFormProps = { action: FormAction; hidden: Record<string, string>; to: string; children: ReactNode };

/** A form that ends here: what it leads to is another site, whose name is `to`. */
export function LeavingForm({ action, hidden, to, children }: LeavingFormProps) {
  const [state, send] = useActionState(action, { status: 'idle' });
  if (state.status === 'done' && state.data?.to) return <Leave to={state.data.to} name={to} />;
  return (
    <form action={send} className="space-y-4">
      <FormMessage state={state} />
      {Object.entries(hidden).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {children}
    </form>
  );
}

/** Allowing and refusing side by side, equally easy; the form sends `decision`. */
export function AllowOrRefuse() {
  return (
    <div className="grid grid-cols-2 gap-3">
      <SubmitButton name="decision" value="deny" size="large" className="w-full">
        Refuse
      </SubmitButton>
      <SubmitButton name="decision" value="allow" look="primary" size="large" className="w-full">
        Allow
      </SubmitButton>
    </div>
  );
}
