'use client';

import { FormMessage } from '../ui/form-message';
import { SubmitButton } from '../ui/submit-button';
import { type FormAction, useAction } from '../ui/use-action';

type DisableFormProps = {
  user: { id: string; name: string; disabled: boolean };
  setDisabled: FormAction;
};

/** Shuts a user out, which ends their sessions at once, or lets them in again. */
export function DisableForm({ user, setDisabled }: DisableFormProps) {
  const [state, send] = useAction(setDisabled);
  return (
    <form action={send} className="space-y-2">
      <input type="hidden" name="id" value={user.id} />
      <input type="hidden" name="disabled" value={String(!user.disabled)} />
      <SubmitButton size="small" look={user.disabled ? 'secondary' : 'danger'}>
        {user.disabled ? 'Enable' : 'Disable'}
        <span className="sr-only">{user.name}</span>
      </SubmitButton>
      <FormMessage state={state} />
    </form>
  );
}
