import { AppWindow, Plus } from 'lucide-react';
import type { Metadata } from 'next';
import type { PageProps } from '@/app/search-params';
import { AppMark } from '@/components/apps/app-mark';
import { PageHeading } from '@/components/layout/page-heading';
import { Alert } from '@/components/ui/alert';
import { Badge } from '@/components/ui/badge';
import { ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { listClients, MOST_COUNTED } from '@/lib/clients';
import { requireAdmin } from '@/lib/sessions';
import { hostOf, kindOf } from './words';

export const metadata: Metadata = { title: 'Apps' };

export default async function ClientsPage({ searchParams }: PageProps) {
  await requireAdmin();
  const clients = await listClients();
  const deleted = (await searchParams).notice === 'deleted';
  return (
    <>
      <PageHeading title="Apps" action={clients.length > 0 && <Register />}>
        What people sign in to with their account here, by OpenID Connect.
      </PageHeading>
      {deleted && (
        <div className="mb-5">
          <Alert tone="good">The app is deleted. Nobody can sign in to it any more.</Alert>
        </div>
      )}
      {clients.length === 0 ? (
        <EmptyState icon={<AppWindow aria-hidden size={28} />} title="No apps yet" action={<Register />}>
          Register one, and people sign in to it with their passkey. It takes the address that the app gives for its
          sign-in, and a minute.
        </EmptyState>
      ) : (
        <ul className="divide-y divide-line rounded-card border border-line bg-surface shadow-card">
          {clients.map((client) => (
            <ClientRow key={client.id} client={client} />
          ))}
        </ul>
      )}
    </>
  );
}

const Register = () => (
  <ButtonLink href="/admin/clients/new" variant="primary">
    <Plus aria-hidden size={17} />
    Register an app
  </ButtonLink>
);

function ClientRow({ client }: { client: Awaited<ReturnType<typeof listClients>>[number] }) {
  const { id, name, logo, firstParty, demandedAcr, users } = client;
  return (
    <li className="relative flex items-center gap-4 px-5 py-4 first:rounded-t-card last:rounded-b-card hover:bg-inset sm:px-6">
      <AppMark name={name} logo={logo} />
      <div className="min-w-0 flex-1 text-sm">
        <h2 className="flex flex-wrap items-center gap-x-2 gap-y-1 text-[0.9375rem] font-medium">
          <a
            href={`/admin/clients/${encodeURIComponent(id)}`}
            className="min-w-0 break-words after:absolute after:inset-0"
          >
            {name}
          </a>
          {firstParty && <Badge tone="accent">Ours</Badge>}
          {demandedAcr && <Badge>{demandedAcr === 'phr' ? 'Passkey only' : 'Device-bound passkey only'}</Badge>}
          {client.secretEitherWay && <Badge tone="caution">Secret either way</Badge>}
          {client.limited && <Badge>Groups only</Badge>}
        </h2>
        <p className="mt-0.5 break-words text-muted">
          {[hostOf(client.redirectUris), kindOf(client)].filter(Boolean).join(' · ')}
          <span className="sm:hidden"> · {peopleOf(users)}</span>
        </p>
        <p className="font-mono text-[0.8125rem] break-all text-muted">{id}</p>
      </div>
      <p className="hidden shrink-0 text-sm text-muted sm:block">{peopleOf(users)}</p>
    </li>
  );
}

function peopleOf(users: number) {
  if (users === 0) return 'nobody yet';
  if (users >= MOST_COUNTED) return `${MOST_COUNTED.toLocaleString('en')} people or more`;
  return users === 1 ? '1 person' : `${users} people`;
}
