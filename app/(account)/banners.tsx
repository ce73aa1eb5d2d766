import type { ReactNode } from 'react';
import { ActionForm } from '@/components/ui/action-form';
import { Alert } from '@/components/ui/alert';
import { RelativeTime } from '@/components/ui/relative-time';
import { TextLink } from '@/components/ui/text-link';
import { config } from '@/lib/config';
import { readWaysIn } from '@/lib/credentials';
import { isHeld, type Session } from '@/lib/sessions';
import { confirmMyAddress } from './account/profile/actions';

/** What stands above every page until it is over. */
const Banner = ({ title, children }: { title: string; children: ReactNode }) => (
  <div className="mb-6">
    <Alert tone="caution" role="note" title={title}>
      {children}
    </Alert>
  </div>
);

/** Says what a session that is held cannot do yet, and what ends that. */
export async function HoldBanner({ session }: { session: Session }) {
  if (!isHeld(session)) return null;
  const { passkeys } = await readWaysIn(session);
  const hasOlder = passkeys.some(({ heldUntil }) => heldUntil === null);
  return (
    <Banner title="Some changes have to wait">
      You came by a recovery link, or with what was added after one or with a password alone. For now you can add
      passkeys and set a password, but what was there before stays as it is
      {session.role === 'administrator' && ', and nothing changes under “Administration”'}. This ends{' '}
      <RelativeTime at={session.heldUntil!} />.
      {hasOlder && (
        <>
          {' '}
          If you still have a passkey from before,{' '}
          <a className="link font-medium" href="/step-up?return_to=/account">
            confirm with it
          </a>{' '}
          to end this now.
        </>
      )}
    </Banner>
  );
}

/** Asks an administrator whose address nobody has confirmed, on every page, until it is. */
export function ConfirmAddressBanner({ session: { role, email, emailVerifiedAt } }: { session: Session }) {
  if (role !== 'administrator' || emailVerifiedAt || config.mail === 'none') return null;
  return (
    <Banner title="Confirm your address">
      <p className="mb-3">
        Nobody has confirmed <span className="break-words">{email}</span> yet. Links to get back in go to confirmed
        addresses only.
      </p>
      <ActionForm
        action={confirmMyAddress}
        submit="Send me a link"
        button={{ size: 'small' }}
        done={
          <p className="font-medium">
            A link is on its way to {email}. Open it within an hour.
            {config.mail === 'outbox' && (
              <>
                {' '}
                This is a local installation: it is in <TextLink href="/outbox">the outbox</TextLink>.
              </>
            )}
          </p>
        }
      />
    </Banner>
  );
}
