'use client';

import { Download, Printer } from 'lucide-react';
import { Alert } from '../ui/alert';
import { Button, ButtonLink } from '../ui/button';
import { CopyButton } from '../ui/copy-button';
import { TextLink } from '../ui/text-link';
import { useHydrated } from '../ui/use-hydrated';

type RecoveryCodesProps = { codes: string[]; email: string; isNew: boolean };

/** The recovery codes, on the only occasion that they are shown. */
export function RecoveryCodes({ codes, email, isNew }: RecoveryCodesProps) {
  const ready = useHydrated();
  const text = [`Recovery codes for ${email}. Each works once.`, '', ...codes, ''].join('\r\n');
  return (
    <div className="space-y-5" role="status">
      <Alert tone="good" title={isNew ? 'Two-step sign-in is on' : 'Your new recovery codes'}>
        Keep these ten codes where you find them without your phone. They are shown this once.
        {isNew ? '' : ' The old ones have ended.'}
      </Alert>
      <div className="print-alone">
        <p className="mb-3 hidden font-semibold print:block">Recovery codes for {email}. Each works once.</p>
        <ol className="grid gap-x-8 gap-y-1.5 rounded-control border border-line bg-inset px-5 py-4 font-mono text-[0.9375rem] sm:grid-cols-2">
          {codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ol>
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <CopyButton text={codes.join('\n')} label="Copy the recovery codes" />
        <ButtonLink
          size="small"
          href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`}
          download="latchkey-recovery-codes.txt"
        >
          <Download aria-hidden size={16} />
          Download
        </ButtonLink>
        {ready && (
          <Button size="small" onClick={() => window.print()}>
            <Printer aria-hidden size={16} />
            Print
          </Button>
        )}
      </div>
      <p className="text-sm text-muted">
        Signed in elsewhere too? Those sessions go on. <TextLink href="/account/sessions">Look at them</TextLink> once
        you have kept the codes.
      </p>
      <ButtonLink variant="primary" href="/account/security">
        I have kept them
      </ButtonLink>
    </div>
  );
}
