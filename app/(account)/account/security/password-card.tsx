import { ActionForm } from '@/components/ui/action-form';
import { Card } from '@/components/ui/card';
import { Checkbox } from '@/components/ui/checkbox';
import { ConfirmedAction } from '@/components/ui/confirmed-action';
import { RelativeTime } from '@/components/ui/relative-time';
import { SHORTEST_PASSWORD } from '@/lib/passwords';
import { dropPassword, savePassword } from './actions';

type PasswordCardProps = { email: string; since: Date | undefined; hasPasskey: boolean };

export const PasswordCard = ({ email, since, hasPasskey }: PasswordCardProps) => (
  <Card
    id="password"
    title="Password"
    text={
      since ? (
        <>
          Set <RelativeTime at={since} />. It is there for browsers without passkeys.
        </>
      ) : (
        'You have none, and with passkeys you need none. It helps where a browser knows no passkeys.'
      )
    }
    action={since && <Remove hasPasskey={hasPasskey} />}
  >
    <ActionForm
      action={savePassword}
      submit={since ? 'Change password' : 'Set password'}
      button={{ variant: since ? 'secondary' : 'primary' }}
      fields={[
        {
          name: 'password',
          type: 'password',
          label: since ? 'New password' : 'Password',
          autoComplete: 'new-password',
          required: true,
          maxLength: 1000,
          className: 'max-w-md',
          hint: `At least ${SHORTEST_PASSWORD} characters; a few random words work well. Any characters are fine, and none are demanded. Not one that many people use, and not your name or address.`,
        },
      ]}
    >
      <input type="text" name="username" autoComplete="username" defaultValue={email} readOnly hidden />
      <Checkbox name="endOthers" label="End my other sessions" hint="Worth it if somebody else may know the old one." />
    </ActionForm>
  </Card>
);

const Remove = ({ hasPasskey }: { hasPasskey: boolean }) => (
  <ConfirmedAction
    action={dropPassword}
    persistent
    label="Remove"
    variant={{ size: 'small', variant: 'danger' }}
    title="Remove your password?"
    submit="Remove password"
    keep="Keep it"
  >
    <p>
      {hasPasskey
        ? 'From then on only your passkeys sign you in. Browsers without passkeys stay outside.'
        : 'You have no passkey. Create one first, or you could not sign in any more.'}
    </p>
  </ConfirmedAction>
);
