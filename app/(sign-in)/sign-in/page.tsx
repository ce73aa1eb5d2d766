import type { Metadata } from 'next';
import { cookies, headers } from 'next/headers';
import { type PageProps, single } from '@/app/search-params';
import { SignInHeading } from '@/components/layout/sign-in-shell';
import { SignIn } from '@/components/passkeys/sign-in';
import { TextLink } from '@/components/ui/text-link';
import { config } from '@/lib/config';
import { cookieName } from '@/lib/cookies';
import { navigateTo } from '@/lib/http';
import { interactionAt } from '@/lib/oidc';
import { startAuthentication } from '@/lib/passkeys';
import { takeAttempt } from '@/lib/rate-limits';
import { requestContextFrom } from '@/lib/request-context';
import { safeReturnTo } from '@/lib/return-to';
import { findSession } from '@/lib/sessions';
import { signInByPassword } from './actions';
import { Notice } from './notice';

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
  const attempt = await takeAttempt('ceremony', requestContextFrom(await headers()));
  return browser && attempt.ok ? startAuthentication({ browser, returnTo }) : null;
}
