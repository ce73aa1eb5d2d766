'use client';

import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from './button';

/** Copies `text`; what happened is said, not only shown. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState<boolean>();

  useEffect(() => {
    if (copied === undefined) return;
    const timer = setTimeout(() => setCopied(undefined), 4000);
    return () => clearTimeout(timer);
  }, [copied]);

  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    );

  return (
    <span className="inline-flex items-center gap-2 noscript:hidden">
      <Button size="small" onClick={copy} aria-label={label}>
        {copied ? <Check aria-hidden size={16} /> : <Copy aria-hidden size={16} />}
        {copied ? 'Copied' : 'Copy'}
      </Button>
      <span role="status" className={copied === false ? 'text-sm text-muted' : 'sr-only'}>
        {copied === true && 'Copied'}
        {copied === false && 'Select the text and copy it by hand.'}
      </span>
    </span>
  );
}
