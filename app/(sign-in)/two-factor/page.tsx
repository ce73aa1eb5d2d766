import type { Metadata } from 'next';
import type { PageProps } from '@/app/search-params';
import { SignInHeading } from '@/components/layout/sign-in-shell';
import { ActionForm } from '@/components/ui/action-form';
import { ButtonForm, type FieldProps, SubmitButton } from '@/components/ui/form';
import { TextLink } from '@/components/ui/text-link';
import { signingBrowser } from '@/lib/http';
import { seeOther } from '@/lib/see-other';
import { findPendingSignIn } from '@/lib/sign-in';
import { cancel, enterCode } from './actions';

export const metadata: Metadata = { title: 'Two-step sign-in' };

export default async function TwoFactorPage({ searchParams }: PageProps) {
  const { jar: _, ...browser } = await signingBrowser();
  const pendingSignIn = await findPendingSignIn(browser);
  if (!pendingSignIn) seeOther('/sign-in');

  const withRecoveryCode = (await searchParams).with === 'recovery-code';
  return (
    <>
      <SignInHeading title="One more step">
        {withRecoveryCode
          ? 'Enter one of your recovery codes. Each works once.'
          : `Enter the code that your authenticator app shows for ${pendingSignIn.email}.`}
      </SignInHeading>
      <ActionForm
        key={withRecoveryCode ? 'recovery-code' : 'code'}
        action={enterCode}
        fields={[withRecoveryCode ? recoveryCode : code]}
        submit="Continue"
      />
      <div className="mt-5 flex flex-wrap items-center justify-between gap-x-4 gap-y-2 text-sm">
        {withRecoveryCode ? (
          <TextLink href="/two-factor">Use the authenticator app</TextLink>
        ) : (
          <TextLink href="/two-factor?with=recovery-code">Use a recovery code</TextLink>
        )}
        <ButtonForm action={cancel}>
          <SubmitButton variant="quiet" size="small">
            Start again
          </SubmitButton>
        </ButtonForm>
      </div>
    </>
  );
}

const code: FieldProps = {
  name: 'code',
  label: 'Code',
  inputMode: 'numeric',
  autoComplete: 'one-time-code',
  autoCapitalize: 'none',
  spellCheck: false,
  required: true,
  maxLength: 100,
  hint: 'Six digits. No phone at hand? A recovery code works here too.',
};

const recoveryCode: FieldProps = {
  ...code,
  label: 'Recovery code',
  inputMode: 'text',
  autoComplete: 'off',
  hint: 'Like k7p2-x9qa3mt-c4w8n5r. Capitals, spaces and dashes do not matter.',
};
