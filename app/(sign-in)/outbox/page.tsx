import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { SignInHeading } from '@/components/layout/sign-in-shell';
import { RelativeTime } from '@/components/ui/relative-time';
import { readOutbox } from '@/lib/mail';

export const metadata: Metadata = { title: 'Outbox' };

export default function OutboxPage() {
  const messages = readOutbox();
  if (!messages) notFound();

  return (
    <>
      <SignInHeading title="Outbox">
        Mail of this local installation. It does not leave the machine, and this page does not exist in production.
      </SignInHeading>
      {messages.length === 0 && (
        <p className="text-sm text-muted">Nothing was sent yet. Reload the page after a moment.</p>
      )}
      <ol className="divide-y divide-line">
        {messages.map(({ id, to, subject, text, at }) => (
          <li key={id} className="py-5 first:pt-0 last:pb-0">
            <h2 className="font-semibold">{subject}</h2>
            <p className="text-sm text-muted">
              To {to}, <RelativeTime at={at} />
            </p>
            <p className="mt-3 text-sm whitespace-pre-line">
              <Linked text={text} />
            </p>
          </li>
        ))}
      </ol>
    </>
  );
}

function Linked({ text }: { text: string }) {
  return text.split(/(https?:\/\/\S+)/).map((part) =>
    part.startsWith('http') ? (
      <a key={part} href={part} className="link break-all">
        {part}
      </a>
    ) : (
      part
    ),
  );
}
