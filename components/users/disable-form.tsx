import { ConfirmedAction } from '../ui/confirmed-action';
import { ButtonForm } from '../ui/form';
import { SubmitButton } from '../ui/submit-button';
import type { FormAction } from '../ui/use-action';

type DisableFormProps = {
  user: { id: string; name: string; disabled: boolean };
  disable: FormAction;
  enable: FormAction;
};

/** Shuts a user out, which ends their sessions at once and is asked about first, or lets them in again. */
export function DisableForm({ user: { id, name, disabled }, disable, enable }: DisableFormProps) {
  if (disabled) return <Enable id={id} name={name} enable={enable} />;
  return (
    <ConfirmedAction
      action={disable}
      hidden={{ id }}
      label={
        <>
          Disable<span className="sr-only"> {name}</span>
        </>
      }
      variant={{ size: 'small', variant: 'danger' }}
      title={`Disable ${name}?`}
      submit="Disable"
    >
      <p>All sessions end at once, and nothing signs in to this account any more. You can enable it again.</p>
    </ConfirmedAction>
  );
}

const Enable = ({ id, name, enable }: { id: string; name: string; enable: FormAction }) => (
  <ButtonForm action={enable} hidden={{ id }}>
    <SubmitButton size="small">
      Enable<span className="sr-only"> {name}</span>
    </SubmitButton>
  </ButtonForm>
);
