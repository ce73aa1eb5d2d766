import type { Metadata } from 'next';
import type { PageProps } from '@/app/search-params';
import { SignInHeading, SignInNotice } from '@/components/layout/sign-in-shell';
import { ActionForm } from '@/components/ui/action-form';
import { TextLink } from '@/components/ui/text-link';
import { config } from '@/lib/config';
import { findSession } from '@/lib/sessions';
import { AlreadySignedIn } from '../already-signed-in';
import { CheckYourMail } from '../check-your-mail';
import { requestAccount } from './actions';

export const metadata: Metadata = { title: 'Create an account' };

export default async function SignUpPage({ searchParams }: PageProps) {
  const { return_to } = await searchParams;
  const hidden: Record<string, string> = typeof return_to === 'string' ? { return_to } : {};
  const session = await findSession();
  if (session) return <AlreadySignedIn email={session.email} />;
  if (config.signUp !== 'open') return <Closed />;
  return (
    <>
      <SignInHeading title="Create an account">
        Have one already? <TextLink href="/sign-in">Sign in</TextLink>
      </SignInHeading>
      <ActionForm
        action={requestAccount}
        hidden={hidden}
        submit="Continue"
        again={{ submit: 'Send it again', another: 'Use another address' }}
        done={
          <CheckYourMail>
            A letter is on its way to you. Its link works for an hour, and creates your account with a passkey. Nothing
            there? Look among the unwanted mail.
          </CheckYourMail>
        }
        fields={[
          { name: 'name', label: 'Your name', autoComplete: 'name', required: true, maxLength: 64 },
          {
            name: 'email',
            label: 'E-mail',
            type: 'email',
            autoComplete: 'email',
            required: true,
            maxLength: 254,
            hint: 'We send a link there to make sure that it is yours. There is no password to choose.',
          },
        ]}
      />
    </>
  );
}

const Closed = () => (
  <SignInNotice title="Accounts are by invitation" size="medium" href="/sign-in" label="Back to sign-in">
    {config.signUp === 'invite'
      ? 'Ask the people who run this service to invite you. The invitation has a link that creates your account.'
      : 'New accounts are not being made here at the moment.'}
  </SignInNotice>
);
