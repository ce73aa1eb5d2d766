import type { ReactNode } from 'react';
import { Alert } from '../ui/alert';
import type { Sentence } from './types';

/** What happened, why, and what to do now. */
export function CeremonyMessage({ sentence, children }: { sentence: Sentence; children?: ReactNode }) {
  return (
    <Alert tone={sentence.tone} title={sentence.title}>
      <p>
        {sentence.text} {sentence.next}
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
