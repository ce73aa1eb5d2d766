import type { Metadata } from 'next';
import { SignInHeading } from '@/components/layout/sign-in-shell';
import { ButtonLink } from '@/components/ui/button';
import { type DeviceOutcome, deviceOutcome } from '@/lib/oidc';

export const metadata: Metadata = { title: 'Device' };

type SearchParams = Promise<Record<string, string | string[] | undefined>>;

const words: Record<DeviceOutcome | 'unknown', { title: string; text: string }> = {
  allowed: { title: 'The device is signed in', text: 'Go on there; you can close this page.' },
  refused: { title: 'The device was refused', text: 'It did not get anything. You can close this page.' },
  unknown: { title: 'No device was answered here', text: 'To sign one in, enter the code that it shows.' },
};

export default async function DeviceDonePage({ searchParams }: { searchParams: SearchParams }) {
  const outcome = deviceOutcome(await searchParams) ?? 'unknown';
  const { title, text } = words[outcome];
  return (
    <>
      <SignInHeading title={title}>{text}</SignInHeading>
      <ButtonLink size="large" className="w-full" href={outcome === 'unknown' ? '/device' : '/account'}>
        {outcome === 'unknown' ? 'Enter a code' : 'Go to your account'}
      </ButtonLink>
    </>
  );
}
