import { ConfirmedAction } from '../ui/confirmed-action';
import type { FormAction } from '../ui/use-action';

type TurnOffTwoStepProps = { user: { id: string; name: string }; turnOff: FormAction; mailed: boolean };

/** For somebody who has lost authenticator app and recovery codes. */
export function TurnOffTwoStep({ user, turnOff, mailed }: TurnOffTwoStepProps) {
  return (
    <ConfirmedAction
      action={turnOff}
      persistent
      hidden={{ id: user.id }}
      label={
        <>
          Turn off two-step sign-in<span className="sr-only"> of {user.name}</span>
        </>
      }
      variant={{ size: 'small' }}
      title={`Turn off two-step sign-in of ${user.name}?`}
      submit="Turn off"
      keep="Leave it on"
    >
      <p>
        Their password alone opens the account then, and their recovery codes end.{' '}
        {mailed ? 'They are told by mail.' : 'No mail goes out from here, so tell them.'} Do it only when they have lost
        both, and you are sure who is asking.
      </p>
    </ConfirmedAction>
  );
}
