import type { Metadata } from 'next';
import { type PageProps, single } from '@/app/search-params';
import { SignInHeading } from '@/components/layout/sign-in-shell';
import { ConfirmWithPasskey } from '@/components/passkeys/confirm-with-passkey';
import { NeedsScript } from '@/components/passkeys/needs-script';
import { NoStepUpMethod, PasskeyNotAtHand, PasswordStepUp } from '@/components/passkeys/step-up';
import { Divider } from '@/components/ui/divider';
import { ShownAs } from '@/components/ui/shown-as';
import { TextLink } from '@/components/ui/text-link';
import { readStepUpMethods } from '@/lib/credentials';
import { navigateTo } from '@/lib/http';
import { interactionAt, missingAuthentication } from '@/lib/oidc';
import { safeReturnTo } from '@/lib/return-to';
import { isHeld, isRecentlyAuthenticated, requireSession, whyRefused } from '@/lib/sessions';
import { confirmWithPassword } from './actions';

export const metadata: Metadata = { title: "Confirm it's you" };

const stronger = 'Administrators confirm with a passkey, or with a password and a code, before they change anything';

export default async function StepUpPage({ searchParams }: PageProps) {
  const session = await requireSession();
  const { return_to } = await searchParams;
  const returnTo = safeReturnTo(single(return_to));
  const interaction = await interactionAt(returnTo);
  const strong = session.role === 'administrator' && returnTo.startsWith('/admin');
  const enough = strong
    ? !whyRefused('settings.write', { kind: 'session', session })
    : isRecentlyAuthenticated(session) && !isHeld(session);
  const isConfirmed = interaction ? (await missingAuthentication(session, interaction)) !== 'reauthentication' : enough;
  if (isConfirmed) navigateTo(returnTo);

  const methods = await readStepUpMethods(session, strong);
  const { passkey, password, code } = methods;
  return (
    <ShownAs id={session.userId}>
      <SignInHeading title="Confirm it's you">
        You are signed in as {session.email}.{' '}
        {interaction
          ? `${interaction.client.name} asks for a fresh proof that it is you.`
          : `${strong ? stronger : 'What you are about to do needs a fresh proof that it is you'}; it then counts for ten minutes.`}
      </SignInHeading>
      <div className="space-y-6">
        {passkey && (
          <>
            <NeedsScript otherwise={password ? 'Without it, confirm with your password.' : undefined} />
            <ConfirmWithPasskey size="large" className="w-full" returnTo={returnTo} />
          </>
        )}
        {passkey && password && <Divider>or with your password</Divider>}
        {password && (
          <PasswordStepUp
            action={confirmWithPassword}
            email={session.email}
            withCode={code}
            hidden={{ return_to: returnTo }}
            prominent={!passkey}
          />
        )}
        {!passkey && !password && <NoStepUpMethod methods={methods} />}
        <PasskeyNotAtHand methods={methods} />
      </div>
      <p className="mt-6 text-center text-sm">
        <TextLink href={interaction ? `${returnTo}?declined=1` : returnTo}>Go back without confirming</TextLink>
      </p>
    </ShownAs>
  );
}
