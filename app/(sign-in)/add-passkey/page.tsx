import type { Metadata } from 'next';
import { type PageProps, single } from '@/app/search-params';
import { StepUpPrompt } from '@/app/step-up-prompt';
import { SignInHeading } from '@/components/layout/sign-in-shell';
import { NeedsScript } from '@/components/passkeys/needs-script';
import { OfferPasskey } from '@/components/passkeys/offer-passkey';
import { ShownAs } from '@/components/ui/shown-as';
import { safeReturnTo } from '@/lib/return-to';
import { requireSession, type Session } from '@/lib/sessions';
import { mayUpgradeSilently } from '@/lib/sign-in';
import { notNow } from './actions';

export const metadata: Metadata = { title: 'Set up a passkey' };

export default async function AddPasskeyPage({ searchParams }: PageProps) {
  const session = await requireSession();
  const { return_to, after } = await searchParams;
  const returnTo = safeReturnTo(single(return_to));
  const { title, text } = wordsFor(session, after === 'recovery');
  return (
    <ShownAs id={session.userId}>
      <StepUpPrompt session={session}>
        <SignInHeading title={title}>{text}</SignInHeading>
        <div className="space-y-3">
          <NeedsScript otherwise="You can go on without one." />
          <OfferPasskey returnTo={returnTo} silently={mayUpgradeSilently(session)} notNow={notNow} />
        </div>
      </StepUpPrompt>
    </ShownAs>
  );
}

function wordsFor({ passkeyId }: Session, recovered: boolean) {
  if (recovered) {
    return {
      title: 'You are back in',
      text: 'Create a new passkey now, so that you can sign in the next time. Your other sessions have ended.',
    };
  }
  return {
    title: 'Sign in faster next time',
    text: passkeyId
      ? 'You signed in with a passkey of another device. Set one up here, and this device needs no other the next time.'
      : 'Set up a passkey on this device: your fingerprint, face or screen lock instead of the password. It cannot be guessed, nor typed into a false page.',
  };
}
