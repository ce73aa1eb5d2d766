import type { Metadata } from 'next';
import { PageHeading } from '@/components/layout/page-heading';
import { Badge } from '@/components/ui/badge';
import { ButtonLink } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { EmptyState } from '@/components/ui/empty-state';
import { RelativeTime } from '@/components/ui/relative-time';
import { listUndelivered } from '@/lib/outbox';
import { requireAdmin } from '@/lib/sessions';

export const metadata: Metadata = { title: 'Not delivered' };

const SHOWN = 100;
type Message = Awaited<ReturnType<typeof listUndelivered>>[number];

export default async function UndeliveredPage() {
  await requireAdmin();
  const messages = await listUndelivered(SHOWN);
  return (
    <>
      <PageHeading title="Not delivered" action={<ButtonLink href="/admin/audit">Audit</ButtonLink>}>
        E-mails and notices to apps that did not arrive. What was given up is listed for 30 days, without its text.
      </PageHeading>
      {messages.length === 0 ? (
        <EmptyState title="Everything was delivered">
          Nothing is waiting for another try, and nothing was given up.
        </EmptyState>
      ) : (
        <Card
          id="messages"
          title={messages.length < SHOWN ? 'Messages' : `The latest ${SHOWN} messages`}
          text="Nothing is sent again from here, because links of old messages no longer work. Make a new link instead: invite the person again, or open their account under Users and send a recovery link. Anybody can also ask for one on the sign-in page."
        >
          <ul className="-my-3 divide-y divide-line">
            {messages.map((message) => (
              <UndeliveredMessage key={message.id} message={message} />
            ))}
          </ul>
        </Card>
      )}
    </>
  );
}

/** The setting that mends it. */
const settings: Record<string, string> = {
  no_mail_server: 'SMTP_URL',
  app_secret_missing: 'APP_SECRET',
  address_not_allowed: 'PRIVATE_CLIENTS',
};

function UndeliveredMessage({ message }: { message: Message }) {
  const { recipient, clientName, lastError, attempts, createdAt, failedAt, nextAt } = message;
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-6 gap-y-1 py-3 text-sm">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="font-medium">{titleOf(message)}</span>
          <Badge tone={failedAt ? 'danger' : 'caution'}>{failedAt ? 'Given up' : 'Will be tried again'}</Badge>
        </p>
        <p className="break-words text-muted">
          To {recipient ?? clientName}, {attempts === 1 ? '1 attempt' : `${attempts} attempts`}:{' '}
          <span className="font-mono text-[0.8125rem]">{lastError}</span>
          {lastError && settings[lastError] && `, see ${settings[lastError]}`}
        </p>
      </div>
      <p className="text-muted">
        written <RelativeTime at={createdAt} />
        {failedAt ? ', given up ' : ', next try '}
        <RelativeTime at={failedAt ?? nextAt} />
      </p>
    </li>
  );
}

const titles: Record<string, string> = {
  'sign-up-request': 'A request for an account',
  'recovery-request': 'A request for a recovery link',
  'logout-notice': 'A session has ended',
};
const titleOf = ({ kind, subject }: Message) => subject ?? titles[kind] ?? kind;
