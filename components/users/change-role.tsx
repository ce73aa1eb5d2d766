import { ConfirmedAction } from '../ui/confirmed-action';
import type { FormAction } from '../ui/use-action';

type ChangeRoleProps = { user: { id: string; name: string; role: 'member' | 'administrator' }; setRole: FormAction };

/** Makes somebody an administrator, or a member again. */
export function ChangeRole({ user: { id, name, role }, setRole }: ChangeRoleProps) {
  const isMember = role === 'member';
  const label = isMember ? 'Make administrator' : 'Make member';
  return (
    <ConfirmedAction
      action={setRole}
      hidden={{ id, role: isMember ? 'administrator' : 'member' }}
      label={
        <>
          {label}
          <span className="sr-only">: {name}</span>
        </>
      }
      variant={{ size: 'small' }}
      title={isMember ? `Make ${name} an administrator?` : `Make ${name} a member again?`}
      submit={label}
      submitVariant={isMember ? 'primary' : 'danger'}
    >
      <p>
        {isMember
          ? 'An administrator invites, disables and lets people back in, makes other administrators, and changes the settings.'
          : 'They keep their account and lose the administration at once.'}
      </p>
      <p>It ends all their sessions, so they sign in again.</p>
    </ConfirmedAction>
  );
}
