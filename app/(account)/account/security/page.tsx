import type { Metadata } from 'next';
import type { PageProps } from '@/app/search-params';
import { PageHeading } from '@/components/layout/page-heading';
import { TwoStep } from '@/components/security/two-step';
import { Alert } from '@/components/ui/alert';
import { Announcements } from '@/components/ui/announcements';
import { Badge } from '@/components/ui/badge';
import { Card } from '@/components/ui/card';
import { PersistentResult } from '@/components/ui/confirmed-action';
import { RelativeTime } from '@/components/ui/relative-time';
import { TextLink } from '@/components/ui/text-link';
import { readWaysIn } from '@/lib/credentials';
import { safeReturnTo } from '@/lib/return-to';
import { requireSession } from '@/lib/sessions';
import { RecoveryReadiness } from '../recovery-readiness';
import { beginTotp, dropPassword, finishTotp, newCodes, turnOffTotp } from './actions';
import { PasswordCard } from './password-card';

export const metadata: Metadata = { title: 'Security' };

export default async function SecurityPage({ searchParams }: PageProps) {
  const session = await requireSession();
  const { secondFactor, passwordSince, passkeys, passkeyIsTwoFactors } = await readWaysIn(session);
  const { notice, return_to } = await searchParams;
  const { enrolledAt, codesLeft } = secondFactor;
  return (
    <Announcements>
      <PageHeading title="Security">
        What stands beside your passkeys, and whether you would get back in after losing something.
      </PageHeading>
      <div className="space-y-6">
        {notice === 'recovery-code-used' && (
          <RecoveryCodeUsed codesLeft={codesLeft} interactionPath={interactionPathOf(return_to)} />
        )}
        <RecoveryReadiness session={session} detailed />
        <PersistentResult action={dropPassword}>
          <PasswordCard email={session.email} since={passwordSince} hasPasskey={passkeys.length > 0} />
        </PersistentResult>
        <PersistentResult action={turnOffTotp}>
          <Card
            id="two-step"
            title="Two-step sign-in"
            text={
              passkeyIsTwoFactors
                ? 'After your password, a code from an app on your phone. A passkey with your fingerprint, face or screen lock counts as both steps, so no code is asked then.'
                : 'After your password or passkey, a code from an app on your phone.'
            }
            action={enrolledAt ? <Badge tone="good">On</Badge> : <Badge>Off</Badge>}
          >
            <TwoStep
              since={enrolledAt && <RelativeTime at={enrolledAt} />}
              codesLeft={codesLeft}
              email={session.email}
              begin={beginTotp}
              finish={finishTotp}
              renew={newCodes}
              turnOff={turnOffTotp}
            />
          </Card>
        </PersistentResult>
      </div>
    </Announcements>
  );
}

/** Where an app waits for the sign-in that a recovery code has finished. */
const interactionPathOf = (returnTo: string | string[] | undefined) =>
  typeof returnTo === 'string' && returnTo.startsWith('/interaction/') ? safeReturnTo(returnTo) : undefined;

function RecoveryCodeUsed({ codesLeft, interactionPath }: { codesLeft: number; interactionPath: string | undefined }) {
  const left = codesLeft === 1 ? '1 is left' : `${codesLeft} are left`;
  return (
    <Alert tone="caution" role="note" title="You signed in with a recovery code">
      <p>
        That code is used up, and {left}. If you have lost your authenticator app, turn two-step sign-in off and set it
        up again with the new one. If you still have the app, make new recovery codes below, so that there are ten
        again.
      </p>
      {interactionPath && (
        <p className="mt-2">
          <TextLink href={interactionPath}>Go on to the app that you were signing in to</TextLink>
        </p>
      )}
    </Alert>
  );
}
