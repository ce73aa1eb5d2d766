import type { Metadata } from 'next';
import { headers } from 'next/headers';
import type { PageProps } from '@/app/search-params';
import { AllowOrRefuse } from '@/components/apps/allow-or-refuse';
import { SignInHeading } from '@/components/layout/sign-in-shell';
import { Alert } from '@/components/ui/alert';
import { Field } from '@/components/ui/field';
import { ButtonForm, GetForm, SubmitButton } from '@/components/ui/form';
import { ShownAs } from '@/components/ui/shown-as';
import { findDevice } from '@/lib/oidc';
import { takeAttempt } from '@/lib/rate-limits';
import { requestContextFrom } from '@/lib/request-context';
import { requireSession } from '@/lib/sessions';
import { answer } from './actions';

export const metadata: Metadata = { title: 'Sign in on a device' };

/** For a device without a browser: the code that it shows, and then the question whether it may sign in. */
export default async function DevicePage({ searchParams }: PageProps) {
  const session = await requireSession();
  const { user_code } = await searchParams;
  const code = typeof user_code === 'string' ? user_code.slice(0, 32) : '';
  const attempt = code ? await takeAttempt('user-code', requestContextFrom(await headers())) : undefined;
  const client = attempt?.ok ? await findDevice(code) : undefined;
  if (!client) return <AskForCode code={code} tooOften={attempt?.ok === false} />;
  return (
    <ShownAs id={session.userId}>
      <SignInHeading app={client} title={`Sign in to ${client.name} on a device?`}>
        You are signed in as {session.email}. Allow it only if you started it yourself, on a device that shows this
        code:
      </SignInHeading>
      <p className="mb-6 rounded-control border border-line bg-inset py-4 text-center font-mono text-2xl tracking-widest uppercase">
        {code}
      </p>
      <ButtonForm action={answer} hidden={{ user_code: code }}>
        <AllowOrRefuse />
      </ButtonForm>
    </ShownAs>
  );
}

const AskForCode = ({ code, tooOften }: { code: string; tooOften: boolean }) => (
  <>
    <SignInHeading title="Sign in on a device">Enter the code that the device shows.</SignInHeading>
    <GetForm action="/device" className="space-y-5">
      {code && (
        <Alert tone="danger">
          {tooOften
            ? 'Too many codes were tried. Wait ten minutes.'
            : 'There is no device with this code, or it waited too long. Look again, or start anew on the device.'}
        </Alert>
      )}
      <Field
        label="Code"
        name="user_code"
        defaultValue={code}
        required
        maxLength={32}
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
      />
      <SubmitButton variant="primary" size="large" className="w-full">
        Continue
      </SubmitButton>
    </GetForm>
  </>
);
