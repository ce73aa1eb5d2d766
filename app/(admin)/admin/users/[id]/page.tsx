import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { PageHeading } from '@/components/layout/page-heading';
import { Announcements } from '@/components/ui/announcements';
import { Badge } from '@/components/ui/badge';
import { Card } from '@/components/ui/card';
import { PersistentResult } from '@/components/ui/confirmed-action';
import { RelativeTime } from '@/components/ui/relative-time';
import { TextLink } from '@/components/ui/text-link';
import { config } from '@/lib/config';
import { listPasskeysOf } from '@/lib/passkeys';
import { rowId } from '@/lib/row-id';
import { requireAdmin } from '@/lib/sessions';
import { readListedUser } from '@/lib/users';
import { removePasskey, vouch } from '../actions';
import { RemovePasskey, VouchForAddress } from '../user-actions';

export const metadata: Metadata = { title: 'A user' };

export default async function UserPage({ params }: { params: Promise<{ id: string }> }) {
  const { userId } = await requireAdmin();
  const id = rowId.safeParse((await params).id).data;
  const user = id && (await readListedUser(id));
  if (!user) notFound();
  const passkeys = await listPasskeysOf(user.id);
  return (
    <Announcements>
      <p className="mb-4 text-sm">
        <TextLink href="/admin/users">Users</TextLink>
      </p>
      <PageHeading title={user.name}>
        <span className="break-words">{user.email}</span> {user.disabledAt && <Badge tone="danger">Disabled</Badge>}
      </PageHeading>
      <div className="mb-6">
        <AddressCard user={user} isSelf={user.id === userId} />
      </div>
      <PersistentResult action={removePasskey}>
        <Card
          id="passkeys"
          title={passkeys.length === 1 ? '1 passkey' : `${passkeys.length} passkeys`}
          text={passkeys.length > 0 && words}
        >
          {passkeys.length === 0 && <p className="text-sm text-muted">There is none that could be removed.</p>}
          <ul className="-my-4 divide-y divide-line">
            {passkeys.map((passkey) => (
              <PasskeyRow key={passkey.id} passkey={passkey} owner={user} isSelf={user.id === userId} />
            ))}
          </ul>
        </Card>
      </PersistentResult>
    </Announcements>
  );
}

/** Whether the address is confirmed, and who can change that. */
function AddressCard({
  user,
  isSelf,
}: {
  user: { id: string; name: string; email: string; emailVerifiedAt: Date | null };
  isSelf: boolean;
}) {
  const confirmed = user.emailVerifiedAt !== null;
  const byLink = isSelf && config.mail !== 'none';
  return (
    <PersistentResult action={vouch}>
      <Card
        id="address"
        title="Address"
        text={confirmed ? confirmedWords : unconfirmedWords}
        action={confirmed ? <Badge tone="good">Confirmed</Badge> : <Badge tone="caution">Not confirmed</Badge>}
      >
        {!confirmed && byLink && (
          <a className="link text-sm" href="/account/profile#address">
            Confirm your address by a link
          </a>
        )}
        {!confirmed && !byLink && <VouchForAddress user={user} />}
      </Card>
    </PersistentResult>
  );
}

const confirmedWords = 'A link that was sent there was opened, or an administrator vouched for it.';
const unconfirmedWords =
  'Nobody has shown yet that letters to it reach its owner, so apps are told that it is not verified. If you know that it is theirs, you can vouch for it.';

const words = 'Remove one that is known to be compromised: lost, stolen or copied.';

type Row = {
  passkey: Awaited<ReturnType<typeof listPasskeysOf>>[number];
  owner: { id: string; name: string };
  isSelf: boolean;
};

const PasskeyRow = ({ passkey: { id, name, createdAt, lastUsedAt, suspectSince }, owner, isSelf }: Row) => (
  <li className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 py-4 text-sm">
    <div className="min-w-0 flex-[1_1_14rem]">
      <p className="font-medium break-words">{name}</p>
      <p className="text-muted">
        Added <RelativeTime at={createdAt} />, {lastUsedAt ? 'last used ' : 'never used'}
        {lastUsedAt && <RelativeTime at={lastUsedAt} />}
      </p>
      {suspectSince && (
        <p className="mt-1">
          <Badge tone="caution">May have been copied or replaced</Badge>{' '}
          <span className="text-muted">
            refused <RelativeTime at={suspectSince} />
          </span>
        </p>
      )}
    </div>
    {!isSelf && <RemovePasskey owner={owner} passkey={{ id, name }} />}
  </li>
);
