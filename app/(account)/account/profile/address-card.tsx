import { ActionForm } from '@/components/ui/action-form';
import { Badge } from '@/components/ui/badge';
import { Card } from '@/components/ui/card';
import { TextLink } from '@/components/ui/text-link';
import { config } from '@/lib/config';
import type { Session } from '@/lib/sessions';
import { changeAddress, confirmMyAddress } from './actions';

/** The address, whether it is confirmed, and how to change it; where no mail is sent, who can. */
export function AddressCard({ session }: { session: Session }) {
  const confirmed = session.emailVerifiedAt !== null;
  return (
    <Card
      id="address"
      title="E-mail"
      text={`${session.email}. You sign in with it, and links and notices go there.`}
      action={confirmed ? <Badge tone="good">Confirmed</Badge> : <Badge tone="caution">Not confirmed</Badge>}
    >
      {config.mail === 'none' ? (
        <p className="text-sm">No mail goes out from here, so it cannot be changed. Ask your administrator.</p>
      ) : (
        <div className="space-y-6">
          {!confirmed && (
            <ActionForm action={confirmMyAddress} submit="Send a link to confirm it" button={{ variant: 'primary' }} />
          )}
          <ActionForm action={changeAddress} submit="Change e-mail" button={{}} fields={[newAddress]} />
          {config.mail === 'outbox' && <LocalMail />}
        </div>
      )}
    </Card>
  );
}

const newAddress = {
  name: 'email',
  type: 'email',
  label: 'New e-mail',
  autoComplete: 'email',
  required: true,
  maxLength: 254,
  className: 'max-w-md',
  hint: 'A link goes to the new address, and a notice to the old one. Nothing changes until you open the link.',
};

const LocalMail = () => (
  <p className="text-sm text-muted">
    This is a local installation: letters are in <TextLink href="/outbox">the outbox</TextLink>.
  </p>
);
