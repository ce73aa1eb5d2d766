import { ActionForm } from '@/components/ui/action-form';
import { Alert } from '@/components/ui/alert';
import { TextLink } from '@/components/ui/text-link';
import { config } from '@/lib/config';
import type { Session } from '@/lib/sessions';
import { confirmMyAddress } from './account/profile/actions';

/** Asks an administrator whose address nobody has confirmed, on every page, until it is. */
export function ConfirmAddressBanner({ session: { role, email, emailVerifiedAt } }: { session: Session }) {
  if (role !== 'administrator' || emailVerifiedAt || config.mail === 'none') return null;
  return (
    <div className="mb-6">
      <Alert tone="caution" role="note" title="Confirm your address">
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
      </Alert>
    </div>
  );
}
