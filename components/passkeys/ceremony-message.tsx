'use client';

import { usePathname } from 'next/navigation';
import type { ReactNode } from 'react';
import { Alert } from '../ui/alert';
import { Button } from '../ui/button';
import { cancelCeremony } from './ceremonies';
import type { Sentence } from './types';

/** What happened, why, and what to do now. */
export const CeremonyMessage = ({ sentence, children }: { sentence: Sentence; children?: ReactNode }) => (
  <Alert tone={sentence.tone} title={sentence.title}>
    <p>
      {sentence.text} <NextStep {...sentence} />
    </p>
    {children}
    {sentence.reference && (
      <p className="mt-1.5 text-xs text-muted">
        Reference <code className="font-mono">{sentence.reference}</code>
      </p>
    )}
  </Alert>
);

/** What to do now: whoever is signed out is led to sign-in and back here. */
export function NextStep({ next, needsSignIn }: Pick<Sentence, 'next' | 'needsSignIn'>) {
  const path = usePathname();
  if (!needsSignIn) return next;
  const here = path + window.location.search;
  return (
    <a className="link font-medium" href={`/sign-in?return_to=${encodeURIComponent(here)}`}>
      {next}
    </a>
  );
}

/** The way out while something asks for a passkey and never answers, as the window of a password manager may. */
export const CancelCeremony = () => (
  <div className="text-center">
    <Button variant="quiet" size="small" onClick={cancelCeremony}>
      Cancel
    </Button>
  </div>
);

type CeremonyProgressProps = { status: string; sentence?: Sentence; asking: boolean };

/** The status under the button: the next step, the current one, or in its place the result. */
export const CeremonyProgress = ({ status, sentence, asking }: CeremonyProgressProps) => (
  <div className="mt-2.5">
    <p role="status" className={sentence ? 'sr-only' : 'min-h-10 text-center text-sm text-balance text-muted'}>
      {sentence ? '' : status}
    </p>
    {asking && <CancelCeremony />}
    {sentence && <CeremonyMessage sentence={sentence} />}
  </div>
);
