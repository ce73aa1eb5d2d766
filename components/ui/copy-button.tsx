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

/** A secret in the one moment in which it can be seen. */
export const CopyOnce = ({ text, label }: { text: string; label: string }) => (
  <div className="flex items-center gap-3 rounded-control border border-line bg-surface py-1.5 pr-1.5 pl-3">
    <code className="min-w-0 flex-1 text-[0.8125rem] break-all select-all">{text}</code>
    <CopyButton text={text} label={label} />
  </div>
);
