import type { Metadata } from 'next';
import { SignInHeading } from '@/components/layout/sign-in-shell';
import { PasskeyHelp } from '@/components/passkeys/passkey-help';

export const metadata: Metadata = { title: 'Help with passkeys' };

export default function HelpPage() {
  return (
    <>
      <SignInHeading title="Help with passkeys">
        <a className="link" href="/sign-in">
          Back to sign-in
        </a>
      </SignInHeading>
      <PasskeyHelp />
    </>
  );
}
