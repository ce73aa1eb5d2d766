import { ConfirmedAction } from '../ui/confirmed-action';
import type { FormAction } from '../ui/use-action';

type EndSessionsProps = { user: { id: string; name: string }; endSessions: FormAction };

/** Signs somebody out everywhere, who keeps the account and every way in. */
export function EndSessions({ user, endSessions }: EndSessionsProps) {
  return (
    <ConfirmedAction
      action={endSessions}
      hidden={{ id: user.id }}
      label={
        <>
          End all sessions<span className="sr-only"> of {user.name}</span>
        </>
      }
      variant={{ size: 'small' }}
      title={`End all sessions of ${user.name}?`}
      submit="End all sessions"
    >
      <p>They are signed out in every browser at once, and can sign in again. Apps that ask for it are told.</p>
    </ConfirmedAction>
  );
}
