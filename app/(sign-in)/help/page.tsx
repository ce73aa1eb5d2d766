import type { Metadata } from 'next';
import { SignInHeading } from '@/components/layout/sign-in-shell';
import { PasskeyHelp } from '@/components/passkeys/passkey-help';
import { TextLink } from '@/components/ui/text-link';

export const metadata: Metadata = { title: 'Help with passkeys' };

export default function HelpPage() {
  return (
    <>
      <SignInHeading title="Help with passkeys">
        <TextLink href="/sign-in">Back to sign-in</TextLink>
      </SignInHeading>
      <PasskeyHelp />
    </>
  );
}
