import type { Metadata } from 'next';
import { NewApiKey } from '@/components/api-keys/new-api-key';
import { PageHeading } from '@/components/layout/page-heading';
import { Announcements } from '@/components/ui/announcements';
import { Card } from '@/components/ui/card';
import { ConfirmedAction, PersistentResult } from '@/components/ui/confirmed-action';
import { EmptyState } from '@/components/ui/empty-state';
import { RelativeTime } from '@/components/ui/relative-time';
import { TextLink } from '@/components/ui/text-link';
import { keyPermissions } from '@/lib/access';
import { listApiKeys } from '@/lib/api-keys';
import { requireAdmin } from '@/lib/sessions';
import { create, revoke } from './actions';

export const metadata: Metadata = { title: 'API keys' };

export default async function ApiKeysPage() {
  await requireAdmin();
  const keys = await listApiKeys();
  return (
    <Announcements>
      <PageHeading title="API keys">
        Programs administer with a key of their own, and only what it permits.{' '}
        <TextLink href="/admin/api">What the API offers</TextLink>
      </PageHeading>
      <div className="space-y-6">
        <Card id="new" title="New API key">
          <NewApiKey action={create} permissions={keyPermissions} />
        </Card>
        <PersistentResult action={revoke}>
          {keys.length === 0 && <EmptyState title="No API keys yet">No program can administer anything.</EmptyState>}
          {keys.map((key) => (
            <ApiKeyCard key={key.id} apiKey={key} />
          ))}
        </PersistentResult>
      </div>
    </Announcements>
  );
}

function ApiKeyCard({ apiKey }: { apiKey: Awaited<ReturnType<typeof listApiKeys>>[number] }) {
  const { id, name, permissions, addresses, createdBy, createdAt, expiresAt, lastUsedAt } = apiKey;
  return (
    <Card id={`key-${id}`} title={name}>
      <div className="space-y-3 text-sm">
        <p className="flex flex-wrap gap-x-3 gap-y-1 font-mono text-[0.8125rem]">
          {permissions.map((permission) => (
            <span key={permission}>{permission}</span>
          ))}
        </p>
        {addresses.length > 0 && <p className="text-muted">Only from {addresses.join(', ')}</p>}
        <p className="flex flex-wrap gap-x-4 gap-y-1 text-muted">
          <span>
            Created <RelativeTime at={createdAt} />
            {createdBy && ` by ${createdBy}`}
          </span>
          <span>
            {lastUsedAt ? 'Last used ' : 'Never used'}
            {lastUsedAt && <RelativeTime at={lastUsedAt} />}
          </span>
          <span>
            {expiresAt > new Date() ? 'Expires' : 'Expired'} <RelativeTime at={expiresAt} />
          </span>
        </p>
        <ConfirmedAction
          action={revoke}
          hidden={{ id }}
          label="Revoke"
          variant={{ variant: 'danger' }}
          title={`Revoke ${name}?`}
          submit="Revoke the API key"
          persistent
        >
          <p>Programs that use it are refused from this moment on. This cannot be undone.</p>
        </ConfirmedAction>
      </div>
    </Card>
  );
}
