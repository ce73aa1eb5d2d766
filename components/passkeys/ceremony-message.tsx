'use client';

import { usePathname } from 'next/navigation';
import type { ReactNode } from 'react';
import { Alert } from '../ui/alert';
import type { Sentence } from './types';

/** What happened, why, and what to do now. */
export function CeremonyMessage({ sentence, children }: { sentence: Sentence; children?: ReactNode }) {
  return (
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
}

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
