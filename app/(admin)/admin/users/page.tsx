import type { Metadata } from 'next';
import { PageHeading } from '@/components/layout/page-heading';
import { Announcements } from '@/components/ui/announcements';
import { Card } from '@/components/ui/card';
import { PersistentResult } from '@/components/ui/confirmed-action';
import { InviteForm } from '@/components/users/invite-form';
import { config } from '@/lib/config';
import { requireAdmin } from '@/lib/sessions';
import { listUsers } from '@/lib/users';
import { invite, resetSecondFactor } from './actions';
import { UserRow } from './user-row';

export const metadata: Metadata = { title: 'Users' };

export default async function UsersPage() {
  const { userId } = await requireAdmin();
  const users = await listUsers();
  return (
    <Announcements>
      <PageHeading title="Users">Everybody who has an account here.</PageHeading>
      <div className="space-y-6">
        <Card
          id="invite"
          title="Invite somebody"
          text="They get a link, by which they create their account with a passkey."
        >
          <InviteForm invite={invite} mailed={config.mail === 'smtp'} />
        </Card>
        <Card id="users" title={users.length === 1 ? '1 user' : `${users.length} users`}>
          <PersistentResult action={resetSecondFactor}>
            <ul className="-my-4 divide-y divide-line">
              {users.map((user) => (
                <UserRow key={user.id} user={user} isSelf={user.id === userId} />
              ))}
            </ul>
          </PersistentResult>
        </Card>
      </div>
    </Announcements>
  );
}
