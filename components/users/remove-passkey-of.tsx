import { ConfirmedAction } from '../ui/confirmed-action';
import type { FormAction } from '../ui/use-action';

type RemovePasskeyOfProps = {
  owner: { id: string; name: string };
  passkey: { id: string; name: string };
  remove: FormAction;
  /** Whether an e-mail tells the owner */
  mailed: boolean;
};

/** Takes a passkey from somebody else, who may be left without one. */
export function RemovePasskeyOf({ owner, passkey, remove, mailed }: RemovePasskeyOfProps) {
  return (
    <ConfirmedAction
      action={remove}
      persistent
      hidden={{ id: passkey.id, userId: owner.id }}
      label={
        <>
          Remove<span className="sr-only"> {passkey.name}</span>
        </>
      }
      variant={{ size: 'small', variant: 'danger' }}
      title={`Remove “${passkey.name}” of ${owner.name}?`}
      submit="Remove passkey"
      keep="Keep it"
    >
      <p>
        It opens nothing any more, and the sessions that it made end at once. Nobody can undo this.{' '}
        {mailed ? `${owner.name} is told by mail.` : `No mail goes out from here, so tell ${owner.name}.`}
      </p>
      <p>
        You may remove the last one too. Whoever has no other way in then needs a recovery link, which you can make
        under “Users”.
      </p>
    </ConfirmedAction>
  );
}
