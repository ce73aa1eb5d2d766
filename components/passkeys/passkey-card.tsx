import { Alert } from '../ui/alert';
import { Badge } from '../ui/badge';
import { RelativeTime } from '../ui/relative-time';
import type { FormAction } from '../ui/use-action';
import { LostDevice } from './lost-device';
import { PasskeyIcon, passkeyKind } from './passkey-icon';
import { RemovePasskey } from './remove-passkey';
import { RenamePasskey } from './rename-passkey';
import type { Passkey } from './types';

type PasskeyCardProps = { passkey: Passkey; remaining: string[]; hasPassword: boolean; lose: FormAction };

export function PasskeyCard({ passkey, remaining, hasPassword, lose }: PasskeyCardProps) {
  const { id, name, usedInThisSession } = passkey;
  return (
    <li className="flex items-start gap-4 rounded-card border border-line bg-surface p-4 shadow-card sm:p-5">
      <PasskeyIcon passkey={passkey} />
      <div className="min-w-0 flex-1">
        <div className="flex items-start justify-between gap-0.5">
          <RenamePasskey passkey={{ id, name }} />
          <RemovePasskey passkey={{ id, name, usedInThisSession }} remaining={remaining} hasPassword={hasPassword} />
        </div>
        {passkey.provider && passkey.provider !== passkey.name && (
          <p className="text-sm text-muted">{passkey.provider}</p>
        )}
        <ul className="mt-2.5 flex flex-wrap gap-1.5" aria-label="About this passkey">
          <li>
            <Badge>{whereItIs(passkey)}</Badge>
          </li>
          {passkey.usedInThisSession && (
            <li>
              <Badge tone="accent">Used for this session</Badge>
            </li>
          )}
        </ul>
        {passkey.heldUntil && (
          <p className="mt-3 text-sm text-muted">
            Added after a recovery link or with a password alone, so it changes nothing that was there before. This ends{' '}
            <RelativeTime at={passkey.heldUntil} />.
          </p>
        )}
        <Dates passkey={passkey} />
        {passkey.counterRegressedAt && (
          <Suspicion
            title="This passkey may have been copied"
            what="It answered out of order"
            at={passkey.counterRegressedAt}
          />
        )}
        {passkey.backupEligibilityChangedAt && (
          <Suspicion
            title="This passkey has changed"
            what="Whether it can be synced was no longer as when it was made"
            at={passkey.backupEligibilityChangedAt}
          />
        )}
        <div className="mt-3">
          <LostDevice
            passkey={{ id, name, usedInThisSession, synced: passkey.backupState }}
            hasOtherWayIn={remaining.length > 0 || hasPassword}
            lose={lose}
          />
        </div>
      </div>
    </li>
  );
}

const Dates = ({ passkey }: { passkey: Passkey }) => (
  <dl className="mt-3 flex flex-wrap gap-x-6 gap-y-1 text-sm text-muted">
    <div className="flex gap-1.5">
      <dt>Created</dt>
      <dd className="text-ink">
        <RelativeTime at={passkey.createdAt} />
      </dd>
    </div>
    <div className="flex gap-1.5">
      <dt>Last used</dt>
      <dd className="text-ink">{passkey.lastUsedAt ? <RelativeTime at={passkey.lastUsedAt} /> : 'never'}</dd>
    </div>
  </dl>
);

const Suspicion = ({ title, what, at }: { title: string; what: string; at: string }) => (
  <div className="mt-4">
    <Alert tone="caution" role="note" title={title}>
      {what} <RelativeTime at={at} />, and that sign-in was refused. If you do not know why, add a new passkey and
      remove this one.
    </Alert>
  </div>
);

function whereItIs(passkey: Passkey) {
  if (passkey.backupState) return 'Synced';
  if (passkey.backupEligible) return 'Not synced yet';
  return passkeyKind(passkey) === 'security-key' ? 'On this security key only' : 'This device only';
}
