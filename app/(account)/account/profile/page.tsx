import type { Metadata } from 'next';
import { DownloadData } from '@/components/account/download-data';
import { PageHeading } from '@/components/layout/page-heading';
import { acceptedOf } from '@/components/passkeys/accepted';
import { AcceptedPasskeys } from '@/components/passkeys/accepted-passkeys';
import { ActionForm } from '@/components/ui/action-form';
import { ButtonLink } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { ConfirmedAction } from '@/components/ui/confirmed-action';
import { readProfile } from '@/lib/account';
import { readWaysIn } from '@/lib/credentials';
import { isRecentlyAuthenticated, requireSession } from '@/lib/sessions';
import { deleteMyAccount, rename } from './actions';
import { AddressCard } from './address-card';
import { RegionCard } from './region-card';

export const metadata: Metadata = { title: 'Profile' };

export default async function ProfilePage() {
  const session = await requireSession();
  const profile = await readProfile(session);
  const waysIn = await readWaysIn(session);
  return (
    <>
      <AcceptedPasskeys {...acceptedOf(waysIn)} userName={session.email} displayName={session.name} />
      <PageHeading title="Profile">What we know about you, and how to change it or take it away.</PageHeading>
      <div className="space-y-6">
        <NameCard name={session.name} />
        <AddressCard session={session} />
        {profile && <RegionCard profile={profile} />}
        <Card
          id="data"
          title="Your data"
          text="Everything held about you, as a file (JSON): profile, passkeys, sessions and activity. No secrets are in it."
        >
          <DownloadData otherwise={isRecentlyAuthenticated(session) ? undefined : <StepUpFirst />} />
        </Card>
        <Card
          id="delete"
          title="Delete account"
          text="Your profile, passkeys, password, codes and sessions go at once and cannot be brought back. What happened stays on record without your address and browser."
        >
          <DeleteAccount email={session.email} />
        </Card>
      </div>
    </>
  );
}

function NameCard({ name }: { name: string }) {
  const field = { name: 'name', label: 'Your name', autoComplete: 'name', required: true, maxLength: 64 };
  return (
    <Card id="name" title="Name" text="What you are called here, and in the apps that you sign in to.">
      <ActionForm
        action={rename}
        submit="Save name"
        button={{}}
        fields={[{ ...field, defaultValue: name, className: 'max-w-md' }]}
      />
    </Card>
  );
}

function StepUpFirst() {
  const back = encodeURIComponent('/account/profile#data');
  return <ButtonLink href={`/step-up?return_to=${back}`}>Download my data</ButtonLink>;
}

/** Deletes the account, after its address was typed. */
function DeleteAccount({ email }: { email: string }) {
  const typed = { autoComplete: 'off', autoCapitalize: 'none', spellCheck: false, required: true, maxLength: 254 };
  return (
    <ConfirmedAction
      action={deleteMyAccount}
      label="Delete my account"
      variant={{ variant: 'danger' }}
      title="Delete your account?"
      submit="Delete for ever"
      keep="Keep my account"
      fields={[{ name: 'confirm', label: `Type ${email} to go on`, ...typed }]}
    >
      <p>
        Everything that belongs to it is gone at once, and you are signed out everywhere. The apps that you sign in to
        with it no longer know you. Nobody can undo this.
      </p>
    </ConfirmedAction>
  );
}
