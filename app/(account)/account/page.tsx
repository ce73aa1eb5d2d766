import type { Metadata } from 'next';
import { PageHeading } from '@/components/layout/page-heading';
import { acceptedOf } from '@/components/passkeys/accepted';
import { AcceptedPasskeys } from '@/components/passkeys/accepted-passkeys';
import { listActivity } from '@/lib/audit';
import { readWaysIn } from '@/lib/credentials';
import { requireSession } from '@/lib/sessions';
import { RecentActivity, ThisSession } from './overview-cards';
import { RecoveryReadiness } from './recovery-readiness';

export const metadata: Metadata = { title: 'Your account' };

export default async function AccountPage() {
  const session = await requireSession();
  const [waysIn, activity] = await Promise.all([readWaysIn(session), listActivity(session.userId, 8)]);

  return (
    <>
      <AcceptedPasskeys {...acceptedOf(waysIn)} userName={session.email} displayName={session.name} />
      <PageHeading title={`Hello, ${session.name}`}>Signed in as {session.email}.</PageHeading>
      <div className="space-y-6">
        <RecoveryReadiness session={session} />
        <ThisSession session={session} passkey={waysIn.passkeys.find(({ usedInThisSession }) => usedInThisSession)} />
        <RecentActivity events={activity} />
      </div>
    </>
  );
}
