'use client';

import { useProvenAction } from '../passkeys/use-proven-action';
import type { FormAction } from '../ui/action-form';
import { SubmitButton } from '../ui/submit-button';

type DisableFormProps = {
  user: { id: string; name: string; disabled: boolean };
  setDisabled: FormAction;
  proofNeeded: string;
};

/** Shuts a user out, which ends their sessions at once, or lets them in again. */
export function DisableForm({ user, setDisabled, proofNeeded }: DisableFormProps) {
  const [state, send] = useProvenAction(setDisabled, proofNeeded);
  return (
    <form action={send} className="sm:text-right">
      <input type="hidden" name="id" value={user.id} />
      <input type="hidden" name="disabled" value={String(!user.disabled)} />
      <SubmitButton size="small" look={user.disabled ? 'secondary' : 'danger'}>
        {user.disabled ? 'Enable' : 'Disable'}
        <span className="sr-only">{user.name}</span>
      </SubmitButton>
      <p role="status" className="mt-1 text-sm text-danger empty:mt-0">
        {state.status === 'failed' && state.message}
      </p>
    </form>
  );
}
