import type { Metadata } from 'next';
import { cookies } from 'next/headers';
import { type PageProps, single } from '@/app/search-params';
import { SignInHeading } from '@/components/layout/sign-in-shell';
import { SignIn } from '@/components/passkeys/sign-in';
import { Alert } from '@/components/ui/alert';
import { TextLink } from '@/components/ui/text-link';
import { config } from '@/lib/config';
import { cookieName } from '@/lib/cookies';
import { navigateTo } from '@/lib/http';
import { interactionAt } from '@/lib/oidc';
import { startAuthentication } from '@/lib/passkeys';
import { attemptOf } from '@/lib/rate-limits';
import { pageRequestContext } from '@/lib/request-context';
import { safeReturnTo } from '@/lib/return-to';
import { findSession } from '@/lib/sessions';
import { signInByPassword } from './actions';

export const metadata: Metadata = { title: 'Sign in' };

export default async function SignInPage({ searchParams }: PageProps) {
  const { return_to, notice, no_passkey } = await searchParams;
  const returnTo = single(return_to);
  if (await findSession()) navigateTo(safeReturnTo(returnTo));
  const interaction = await interactionAt(returnTo);

  return (
    <>
      <SignInHeading
        app={interaction?.client}
        title={interaction ? `Sign in to ${interaction.client.name}` : 'Sign in'}
      >
        {config.signUp === 'open' ? (
          <>
            New here? <TextLink href={withReturn('/sign-up', returnTo)}>Create an account</TextLink>
          </>
        ) : (
          `with your account at ${config.webauthn.rpName}`
        )}
      </SignInHeading>
      <Notice name={notice} />
      <SignIn
        first={await firstChallenge(returnTo)}
        returnTo={returnTo}
        byPassword={signInByPassword}
        passwordFirst={no_passkey === '1'}
        passkeyOnly={interaction !== undefined && interaction.passkeys.length > 0}
        email={interaction?.loginHint}
      />
      <p className="mt-6 border-t border-line pt-5 text-center text-sm">
        <TextLink href="/recover">Forgot your password or lost your passkey?</TextLink>
      </p>
    </>
  );
}

const withReturn = (path: string, returnTo: string | undefined) =>
  returnTo ? `${path}?return_to=${encodeURIComponent(returnTo)}` : path;

/** The first challenge travels with the page, so that autofill needs no request of its own; it counts like any other. */
async function firstChallenge(returnTo: string | undefined) {
  const browser = (await cookies()).get(cookieName('browser'))?.value;
  if (!browser) return null;
  const context = await pageRequestContext();
  const started = await startAuthentication({ browser, returnTo, attempt: attemptOf('ceremony', context) }, context);
  return started.ok ? started.value : null;
}

const notices = {
  'signed-out': 'You are signed out.',
  'session-ended': 'Your session has ended. Sign in again to go on.',
  'passkey-removed':
    'The passkey was removed. You had signed in with it, so you are signed out here. Sign in with another one.',
  'device-lost':
    'The passkey of the lost device was removed, and its sessions have ended, this one too. Remove it from your password manager, lock the device from afar if you can, then sign in and look through your activity.',
} as const;

/** Only sentences of ours: whatever else stands in the address is not shown. */
function Notice({ name }: { name: string | string[] | undefined }) {
  if (typeof name !== 'string' || !Object.hasOwn(notices, name)) return null;
  return (
    <div className="mb-6">
      <Alert role="note" tone="good">
        {notices[name as keyof typeof notices]}
      </Alert>
    </div>
  );
}
