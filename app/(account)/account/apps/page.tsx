import { AppWindow } from 'lucide-react';
import type { Metadata } from 'next';
import { AppMark } from '@/components/apps/app-mark';
import { inWords } from '@/components/apps/scopes';
import { PageHeading } from '@/components/layout/page-heading';
import { Announcements } from '@/components/ui/announcements';
import { ConfirmedAction, PersistentResult } from '@/components/ui/confirmed-action';
import { EmptyState } from '@/components/ui/empty-state';
import { RelativeTime } from '@/components/ui/relative-time';
import { listConnectedApps } from '@/lib/oidc';
import { requireSession } from '@/lib/sessions';
import { withdrawApp } from './actions';

export const metadata: Metadata = { title: 'Connected apps' };

type ConnectedApp = Awaited<ReturnType<typeof listConnectedApps>>[number];

export default async function ConnectedAppsPage() {
  const apps = await listConnectedApps(await requireSession());
  return (
    <Announcements>
      <PageHeading title="Connected apps">
        The apps that you let know something of you. What you withdraw, an app has to ask you for again.
      </PageHeading>
      <PersistentResult action={withdrawApp}>
        {apps.length === 0 ? (
          <EmptyState icon={<AppWindow aria-hidden size={28} />} title="No connected apps">
            When you sign in to an app with this account and let it know something, it stands here.
          </EmptyState>
        ) : (
          <ul className="space-y-3">
            {apps.map((app) => (
              <AppCard key={app.clientId} app={app} />
            ))}
          </ul>
        )}
      </PersistentResult>
    </Announcements>
  );
}

function AppCard({ app }: { app: ConnectedApp }) {
  const { name, logo, host, scopes, claims, createdAt, lastUsedAt } = app;
  const known = inWords([...scopes, ...claims]);
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-6 gap-y-4 rounded-card border border-line bg-surface p-4 shadow-card sm:p-5">
      <div className="flex min-w-0 flex-[1_1_18rem] gap-4">
        <AppMark name={name} logo={logo} />
        <div className="min-w-0 text-sm">
          <h2 className="text-base font-semibold break-words">{name}</h2>
          <p className="break-words text-muted">{host ?? 'on a device'}</p>
          {known.length === 0 ? (
            <p className="mt-2">It gets nothing but a number that stands for you.</p>
          ) : (
            <ul className="mt-2 list-disc space-y-0.5 pl-5">
              {known.map((item) => (
                <li key={item}>{item}</li>
              ))}
            </ul>
          )}
          <p className="mt-2 text-muted">
            Connected <RelativeTime at={createdAt} />, {lastUsedAt ? 'last used ' : 'not used yet'}
            {lastUsedAt && <RelativeTime at={lastUsedAt} />}
          </p>
        </div>
      </div>
      <Withdraw app={app} />
    </li>
  );
}

const Withdraw = ({ app: { clientId, name } }: { app: ConnectedApp }) => (
  <ConfirmedAction
    action={withdrawApp}
    persistent
    hidden={{ id: clientId }}
    label="Withdraw"
    about={` from ${name}`}
    variant={{ size: 'small', variant: 'danger' }}
    title={`Withdraw what ${name} may know?`}
  >
    <p>
      It loses its access at once. What it already knows it may keep: ask there to have it deleted. When you sign in to
      it again, it asks you again.
    </p>
  </ConfirmedAction>
);
