'use client';

import { ConfirmedAction } from '../ui/confirmed-action';
import { FormMessage } from '../ui/form-message';
import { SubmitButton } from '../ui/submit-button';
import { type FormAction, useAction } from '../ui/use-action';

type DisableFormProps = {
  user: { id: string; name: string; disabled: boolean };
  setDisabled: FormAction;
};

/** Shuts a user out, which ends their sessions at once and is asked about first, or lets them in again. */
export function DisableForm({ user: { id, name, disabled }, setDisabled }: DisableFormProps) {
  if (disabled) return <Enable id={id} name={name} setDisabled={setDisabled} />;
  return (
    <ConfirmedAction
      action={setDisabled}
      hidden={{ id, disabled: 'true' }}
      label={
        <>
          Disable<span className="sr-only"> {name}</span>
        </>
      }
      look={{ size: 'small', look: 'danger' }}
      title={`Disable ${name}?`}
      submit="Disable"
    >
      <p>All sessions end at once, and nothing signs in to this account any more. You can enable it again.</p>
    </ConfirmedAction>
  );
}

function Enable({ id, name, setDisabled }: { id: string; name: string; setDisabled: FormAction }) {
  const [state, send] = useAction(setDisabled);
  return (
    <form action={send} className="space-y-2">
      <input type="hidden" name="id" value={id} />
      <input type="hidden" name="disabled" value="false" />
      <SubmitButton size="small">
        Enable<span className="sr-only"> {name}</span>
      </SubmitButton>
      <FormMessage state={state} />
    </form>
  );
}
