import { Alert } from '@/components/ui/alert';
import { RelativeTime } from '@/components/ui/relative-time';
import { readWaysIn } from '@/lib/credentials';
import { isHeld, type Session } from '@/lib/sessions';

/** Says what a session that is held cannot do yet, and what ends that. */
export async function HoldBanner({ session }: { session: Session }) {
  if (!isHeld(session)) return null;
  const { passkeys } = await readWaysIn(session);
  const hasOlder = passkeys.some(({ heldUntil }) => heldUntil === null);
  return (
    <div className="mb-6">
      <Alert tone="caution" role="note" title="Some changes have to wait">
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
      </Alert>
    </div>
  );
}
