import { Badge } from '@/components/ui/badge';
import { RelativeTime } from '@/components/ui/relative-time';
import { TextLink } from '@/components/ui/text-link';
import { RecoveryLink } from '@/components/users/recovery-link';
import { config } from '@/lib/config';
import type { listUsers } from '@/lib/users';
import { startRecovery } from './actions';
import { ChangeRole, Disable, Enable, EndSessions, TurnOffTwoStep } from './user-actions';

type User = Awaited<ReturnType<typeof listUsers>>[number];

/** One user. On a narrow screen the row becomes a block, so that nothing has to be scrolled sideways. */
export function UserRow({ user, isSelf }: { user: User; isSelf: boolean }) {
  const { id, name, role, disabledAt, twoStepSince } = user;
  const disabled = disabledAt !== null;
  return (
    <li className="flex flex-wrap items-center gap-x-6 gap-y-3 py-4 text-sm">
      <div className="min-w-0 flex-[1_1_14rem]">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium">
          <TextLink href={`/admin/users/${id}`}>{name}</TextLink>
          {isSelf && <Badge>You</Badge>}
          {role === 'administrator' && <Badge tone="accent">Administrator</Badge>}
          {disabled && <Badge tone="danger">Disabled</Badge>}
          {!user.emailVerifiedAt && <Badge tone="caution">Address not confirmed</Badge>}
        </p>
        <p className="break-words text-muted">{user.email}</p>
      </div>
      <p className="text-muted">
        <Passkeys of={user} href={isSelf ? '/account/passkeys' : `/admin/users/${id}`} />
        {twoStepSince && ', two-step sign-in'}, joined <RelativeTime at={user.createdAt} />
      </p>
      {!isSelf && (
        <div className="flex basis-full flex-wrap items-start gap-2">
          {!disabled && <RecoveryLink user={{ id, name }} start={startRecovery} mailed={config.mail === 'smtp'} />}
          {!disabled && twoStepSince && <TurnOffTwoStep user={user} />}
          {!disabled && <EndSessions user={user} />}
          {!disabled && <ChangeRole user={user} />}
          {!disabled && role === 'member' && <Disable user={user} />}
          {disabled && <Enable user={user} />}
        </div>
      )}
    </li>
  );
}

function Passkeys({ of: { name, passkeys }, href }: { of: User; href: string }) {
  if (passkeys === 0) return '0 passkeys';
  return (
    <TextLink href={href}>
      {passkeys === 1 ? '1 passkey' : `${passkeys} passkeys`}
      <span className="sr-only"> of {name}</span>
    </TextLink>
  );
}
