import type { Metadata } from 'next';
import { readProofs } from '@/app/(account)/proof';
import { SignInHeading } from '@/components/layout/sign-in-shell';
import { ConfirmWithPasskey } from '@/components/passkeys/confirm-with-passkey';
import { NeedsScript } from '@/components/passkeys/needs-script';
import { PasswordProof, SignInAnew } from '@/components/passkeys/step-up';
import { Divider } from '@/components/ui/divider';
import { goOn } from '@/lib/http';
import { interactionAt, missingProof } from '@/lib/oidc';
import { safeReturnTo } from '@/lib/return-to';
import { isRecentlyProven, requireSession } from '@/lib/sessions';
import { confirmWithPassword } from './actions';

export const metadata: Metadata = { title: "Confirm it's you" };

type SearchParams = Promise<Record<string, string | string[] | undefined>>;

export default async function StepUpPage({ searchParams }: { searchParams: SearchParams }) {
  const session = await requireSession();
  const { return_to } = await searchParams;
  const returnTo = safeReturnTo(typeof return_to === 'string' ? return_to : undefined);
  const waiting = await interactionAt(returnTo);
  const proven = waiting ? (await missingProof(session, waiting)) !== 'fresh-proof' : isRecentlyProven(session);
  if (proven) goOn(returnTo);

  const { passkey, password, code } = await readProofs(session);
  return (
    <>
      <SignInHeading title="Confirm it's you">
        You are signed in as {session.email}.{' '}
        {waiting
          ? `${waiting.client.name} asks for a fresh proof that it is you.`
          : 'What you are about to do needs a fresh proof that it is you; it then counts for ten minutes.'}
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
          <PasswordProof
            action={confirmWithPassword}
            email={session.email}
            withCode={code}
            hidden={{ return_to: returnTo }}
            prominent={!passkey}
          />
        )}
        {!passkey && !password && <SignInAnew />}
      </div>
      <p className="mt-6 text-center text-sm">
        <a className="link" href={waiting ? `${returnTo}?declined=1` : returnTo}>
          Go back without confirming
        </a>
      </p>
    </>
  );
}
