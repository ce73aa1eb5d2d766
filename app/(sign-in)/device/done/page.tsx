import type { Metadata } from 'next';
import type { PageProps } from '@/app/search-params';
import { SignInNotice } from '@/components/layout/sign-in-shell';
import { type DeviceOutcome, deviceOutcome } from '@/lib/oidc';

export const metadata: Metadata = { title: 'Device' };

const words: Record<DeviceOutcome | 'unknown', { title: string; text: string; href?: string; label?: string }> = {
  allowed: { title: 'The device is signed in', text: 'Go on there; you can close this page.' },
  refused: { title: 'The device was refused', text: 'It did not get anything. You can close this page.' },
  unknown: {
    title: 'No device was answered here',
    text: 'To sign one in, enter the code that it shows.',
    href: '/device',
    label: 'Enter a code',
  },
};

export default async function DeviceDonePage({ searchParams }: PageProps) {
  const { text, ...notice } = words[deviceOutcome(await searchParams) ?? 'unknown'];
  return <SignInNotice {...notice}>{text}</SignInNotice>;
}
