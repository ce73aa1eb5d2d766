import type { Metadata } from 'next';
import { SignInHeading, SignInNotice } from '@/components/layout/sign-in-shell';
import { ActionForm } from '@/components/ui/action-form';
import { TextLink } from '@/components/ui/text-link';
import { config } from '@/lib/config';
import { CheckYourMail } from '../check-your-mail';
import { askForRecovery } from './actions';

export const metadata: Metadata = { title: 'Get back in' };

export default function RecoverPage() {
  if (config.mail === 'none') return <AskTheAdministrator />;
  return (
    <>
      <SignInHeading title="Get back in">
        Forgot your password, or lost the device with your passkey? We send a link to your address that lets you back
        in.
      </SignInHeading>
      <ActionForm
        action={askForRecovery}
        submit="Send the link"
        again={{ submit: 'Send it again', another: 'Use another address' }}
        fields={[
          { name: 'email', label: 'E-mail', type: 'email', autoComplete: 'username', required: true, maxLength: 254 },
        ]}
        done={
          <CheckYourMail>
            If that address has an account here, a letter is on its way. Its link works once, for an hour. Nothing
            there? Look among the unwanted mail, and check that it is the address you signed up with.
          </CheckYourMail>
        }
      />
      <p className="mt-6 text-center text-sm">
        <TextLink href="/sign-in">Back to sign-in</TextLink>
      </p>
    </>
  );
}

const AskTheAdministrator = () => (
  <SignInNotice title="Get back in" size="medium" href="/sign-in" label="Back to sign-in">
    No mail goes out from here. Ask your administrator for a recovery link: it lets you back in once, within an hour.
  </SignInNotice>
);
