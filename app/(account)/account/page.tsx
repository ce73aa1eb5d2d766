import type { Metadata } from 'next';
import { PageHeading } from '@/components/layout/page-heading';
import { AcceptedPasskeys } from '@/components/passkeys/accepted-passkeys';
import { listActivity } from '@/lib/audit';
import { listPasskeys } from '@/lib/passkeys';
import { requireSession } from '@/lib/sessions';
import { Activity } from './activity';
import { PasskeySummary } from './passkey-summary';
import { ThisSession } from './this-session';

export const metadata: Metadata = { title: 'Your account' };

export default async function AccountPage() {
  const session = await requireSession();
  const [{ rpId, userHandle, passkeys }, activity] = await Promise.all([
    listPasskeys(session),
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
        <PasskeySummary passkeys={passkeys} />
        <ThisSession session={session} passkey={passkeys.find(({ usedInThisSession }) => usedInThisSession)} />
        <Activity events={activity} />
      </div>
    </>
  );
}
