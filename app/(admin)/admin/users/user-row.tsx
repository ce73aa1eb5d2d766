import { Badge } from '@/components/ui/badge';
import { RelativeTime } from '@/components/ui/relative-time';
import { DisableForm } from '@/components/users/disable-form';
import type { listUsers } from '@/lib/users';
import { setDisabled } from './actions';

type User = Awaited<ReturnType<typeof listUsers>>[number];

/** One user. On a narrow screen the row becomes a block, so that nothing has to be scrolled sideways. */
export function UserRow({ user, isSelf }: { user: User; isSelf: boolean }) {
  const disabled = user.disabledAt !== null;
  return (
    <li className="flex flex-wrap items-center gap-x-6 gap-y-2 py-4 text-sm">
      <div className="min-w-0 flex-[1_1_14rem]">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium">
          {user.name}
          {isSelf && <Badge>You</Badge>}
          {user.role === 'administrator' && <Badge tone="accent">Administrator</Badge>}
          {disabled && <Badge tone="danger">Disabled</Badge>}
        </p>
        <p className="break-words text-muted">{user.email}</p>
      </div>
      <p className="text-muted">
        {user.passkeys === 1 ? '1 passkey' : `${user.passkeys} passkeys`}, joined <RelativeTime at={user.createdAt} />
      </p>
      {user.role === 'member' && (
        <DisableForm user={{ id: user.id, name: user.name, disabled }} setDisabled={setDisabled} />
      )}
    </li>
  );
}
