import type { Metadata } from 'next';
import { PageHeading } from '@/components/layout/page-heading';
import { AcceptedPasskeys } from '@/components/passkeys/accepted-passkeys';
import { listActivity } from '@/lib/audit';
import { readWaysIn } from '@/lib/credentials';
import { requireSession } from '@/lib/sessions';
import { RecentActivity } from './recent-activity';
import { RecoveryReadiness } from './recovery-readiness';
import { ThisSession } from './this-session';

export const metadata: Metadata = { title: 'Your account' };

export default async function AccountPage() {
  const session = await requireSession();
  const [{ rpId, userHandle, passkeys }, activity] = await Promise.all([
    readWaysIn(session),
    listActivity(session.userId, 8),
  ]);

  return (
    <>
      <AcceptedPasskeys
        rpId={rpId}
        userHandle={userHandle}
        credentialIds={passkeys.map(({ credentialId }) => credentialId)}
        userName={session.email}
        displayName={session.name}
      />
      <PageHeading title={`Hello, ${session.name}`}>Signed in as {session.email}.</PageHeading>
      <div className="space-y-6">
        <RecoveryReadiness session={session} />
        <ThisSession session={session} passkey={passkeys.find(({ usedInThisSession }) => usedInThisSession)} />
        <RecentActivity events={activity} />
      </div>
    </>
  );
}
