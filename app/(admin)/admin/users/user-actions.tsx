import { ConfirmedAction } from '@/components/ui/confirmed-action';
import { ButtonForm, SubmitButton } from '@/components/ui/form';
import { config } from '@/lib/config';
import { disable, enable, endSessions, removePasskey, resetSecondFactor, setRole, vouch } from './actions';

type UserProps = { user: { id: string; name: string } };

/** Signs somebody out everywhere, who keeps the account and every way in. */
export const EndSessions = ({ user: { id, name } }: UserProps) => (
  <ConfirmedAction
    action={endSessions}
    hidden={{ id }}
    label="End all sessions"
    about={` of ${name}`}
    variant={{ size: 'small' }}
    title={`End all sessions of ${name}?`}
  >
    <p>They are signed out in every browser at once, and can sign in again. Apps that ask for it are told.</p>
  </ConfirmedAction>
);

/** For somebody who has lost authenticator app and recovery codes. */
export const TurnOffTwoStep = ({ user: { id, name } }: UserProps) => (
  <ConfirmedAction
    action={resetSecondFactor}
    persistent
    hidden={{ id }}
    label="Turn off two-step sign-in"
    about={` of ${name}`}
    variant={{ size: 'small' }}
    title={`Turn off two-step sign-in of ${name}?`}
    submit="Turn off"
    keep="Leave it on"
  >
    <p>
      Their password alone opens the account then, and their recovery codes end.{' '}
      {config.mail === 'smtp' ? 'They are told by mail.' : 'No mail goes out from here, so tell them.'} Do it only when
      they have lost both, and you are sure who is asking.
    </p>
  </ConfirmedAction>
);

type ChangeRoleProps = { user: UserProps['user'] & { role: 'member' | 'administrator' } };

/** Makes somebody an administrator, or a member again. */
export function ChangeRole({ user: { id, name, role } }: ChangeRoleProps) {
  const isMember = role === 'member';
  return (
    <ConfirmedAction
      action={setRole}
      hidden={{ id, role: isMember ? 'administrator' : 'member' }}
      label={isMember ? 'Make administrator' : 'Make member'}
      about={`: ${name}`}
      variant={{ size: 'small' }}
      title={isMember ? `Make ${name} an administrator?` : `Make ${name} a member again?`}
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

/** Shuts somebody out, which ends their sessions at once. */
export const Disable = ({ user: { id, name } }: UserProps) => (
  <ConfirmedAction
    action={disable}
    hidden={{ id }}
    label="Disable"
    about={` ${name}`}
    variant={{ size: 'small', variant: 'danger' }}
    title={`Disable ${name}?`}
  >
    <p>All sessions end at once, and nothing signs in to this account any more. You can enable it again.</p>
  </ConfirmedAction>
);

/** Lets in again who was shut out. */
export const Enable = ({ user: { id, name } }: UserProps) => (
  <ButtonForm action={enable} hidden={{ id }}>
    <SubmitButton size="small">
      Enable<span className="sr-only"> {name}</span>
    </SubmitButton>
  </ButtonForm>
);

/** Lets an administrator confirm an address that no link has confirmed. */
export const VouchForAddress = ({ user: { id, name, email } }: { user: UserProps['user'] & { email: string } }) => (
  <ConfirmedAction
    action={vouch}
    hidden={{ id, email }}
    label="Vouch for this address"
    variant={{ size: 'small' }}
    title={`Does ${email} belong to ${name}?`}
    submit="Yes, I vouch for it"
    submitVariant="primary"
  >
    <p>
      The address then counts as confirmed: links to get back in go there, and apps are told that it is verified. It is
      written down that you vouched for it.
    </p>
  </ConfirmedAction>
);

type RemovePasskeyProps = { owner: UserProps['user']; passkey: { id: string; name: string } };

/** Takes a passkey from somebody else, who may be left without one. */
export const RemovePasskey = ({ owner, passkey: { id, name } }: RemovePasskeyProps) => (
  <ConfirmedAction
    action={removePasskey}
    persistent
    hidden={{ id, userId: owner.id }}
    label="Remove"
    about={` ${name}`}
    variant={{ size: 'small', variant: 'danger' }}
    title={`Remove “${name}” of ${owner.name}?`}
    submit="Remove passkey"
    keep="Keep it"
  >
    <p>
      It opens nothing any more, and the sessions that it made end at once. Nobody can undo this.{' '}
      {config.mail === 'smtp' ? `${owner.name} is told by mail.` : `No mail goes out from here, so tell ${owner.name}.`}
    </p>
    <p>
      You may remove the last one too. Whoever has no other way in then needs a recovery link, which you can make under
      “Users”.
    </p>
  </ConfirmedAction>
);
