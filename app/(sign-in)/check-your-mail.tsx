import type { ReactNode } from 'react';
import { SentTo } from '@/components/ui/action-form';
import { config } from '@/lib/config';

/** Where to look for the e-mail that a form has sent off, or would have. */
export const CheckYourMail = ({ children }: { children: ReactNode }) => (
  <div className="rounded-control border border-good/35 bg-good-soft px-4 py-4">
    <h2 className="font-semibold">Check your mail</h2>
    <p className="mt-1 text-sm">
      <SentTo />
    </p>
    <p className="mt-2 text-sm">{children}</p>
    {config.mail === 'outbox' && (
      <p className="mt-3 text-sm">
        This is a local installation, where mail does not leave the machine:{' '}
        <a className="link font-medium" href="/outbox">
          open the outbox
        </a>
        .
      </p>
    )}
  </div>
);
