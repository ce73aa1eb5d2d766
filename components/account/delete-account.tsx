import { ConfirmedAction } from '../ui/confirmed-action';
import type { FormAction } from '../ui/use-action';

/** Deletes the account, after its address was typed. */
export function DeleteAccount({ action, email }: { action: FormAction; email: string }) {
  return (
    <ConfirmedAction
      action={action}
      label="Delete my account"
      variant={{ variant: 'danger' }}
      title="Delete your account?"
      submit="Delete for ever"
      keep="Keep my account"
      fields={[
        {
          name: 'confirm',
          label: `Type ${email} to go on`,
          autoComplete: 'off',
          autoCapitalize: 'none',
          spellCheck: false,
          required: true,
          maxLength: 254,
        },
      ]}
    >
      <p>
        Everything that belongs to it is gone at once, and you are signed out everywhere. The apps that you sign in to
        with it no longer know you. Nobody can undo this.
      </p>
    </ConfirmedAction>
  );
}
