import { ConfirmedAction } from '../ui/confirmed-action';
import type { FormAction } from '../ui/use-action';

type VouchForAddressProps = { user: { id: string; name: string; email: string }; vouch: FormAction };

/** Lets an administrator confirm an address that no link has confirmed. */
export function VouchForAddress({ user: { id, name, email }, vouch }: VouchForAddressProps) {
  return (
    <ConfirmedAction
      action={vouch}
      hidden={{ id, email }}
      label="Vouch for this address"
      variant={{ size: 'small' }}
      title={`Does ${email} belong to ${name}?`}
      submit="Yes, I vouch for it"
      submitVariant="primary"
    >
      <p>
        The address then counts as confirmed: links to get back in go there, and apps are told that it is verified. It
        is written down that you vouched for it.
      </p>
    </ConfirmedAction>
  );
}
