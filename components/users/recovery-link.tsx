'use client';

import { ConfirmedAction } from '../ui/confirmed-action';
import { CopyButton } from '../ui/copy-button';
import type { FormAction } from '../ui/use-action';

type RecoveryLinkProps = { user: { id: string; name: string }; start: FormAction; mailed: boolean };

/** Lets an administrator bring somebody back. The link is shown, once, only where no mail goes out. */
export const RecoveryLink = ({ user, start, mailed }: RecoveryLinkProps) => (
  <ConfirmedAction
    action={start}
    hidden={{ id: user.id }}
    label="Recovery link"
    about={` for ${user.name}`}
    variant={{ size: 'small' }}
    title={`Let ${user.name} back in?`}
    submit={mailed ? 'Send the link' : 'Make the link'}
    submitVariant="primary"
    result={({ link }) =>
      link ? (
        <div className="space-y-3 text-sm">
          <p>Hand it over: it works once, for an hour, and is shown this once.</p>
          <p className="font-mono text-xs break-all select-all">{link}</p>
          <CopyButton text={link} label="Copy the recovery link" />
        </div>
      ) : (
        <p className="text-sm">The link is on its way to {user.name} by mail. It works once, for an hour.</p>
      )
    }
  >
    <p>
      The link signs them in once, within an hour, and ends their other sessions. Where two-step sign-in is on, its code
      is still asked for.{' '}
      {mailed ? 'It goes to their address, and to nobody else.' : 'Be sure that you hand it to the right person.'}
    </p>
  </ConfirmedAction>
);
