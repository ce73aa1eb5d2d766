import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { AppForm } from '@/components/apps/app-form';
import { AppMark } from '@/components/apps/app-mark';
import { HowToConnect } from '@/components/apps/how-to-connect';
import { NewSecret } from '@/components/apps/new-secret';
import { Announcements } from '@/components/ui/announcements';
import { Badge } from '@/components/ui/badge';
import { Card } from '@/components/ui/card';
import { ConfirmedAction } from '@/components/ui/confirmed-action';
import { TextLink } from '@/components/ui/text-link';
import { clientFields, readClient } from '@/lib/clients';
import { listGroups } from '@/lib/groups';
import { requireAdmin } from '@/lib/sessions';
import { change, endTokens, remove, renewSecret } from '../actions';
import { connectionOf } from '../connection';
import { hostOf } from '../words';

export const metadata: Metadata = { title: 'App' };

export default async function ClientPage({ params }: { params: Promise<{ id: string }> }) {
  await requireAdmin();
  const client = await readClient(decodeURIComponent((await params).id));
  if (!client) notFound();
  const groups = await listGroups();
  return (
    <Announcements>
      <Heading client={client} />
      <div className="space-y-6">
        <Card id="connect" title="How to connect" text="What the app has to be told.">
          <HowToConnect connection={connectionOf(client)} />
        </Card>
        {client.secretHash && <SecretCard client={client} />}
        <AppForm action={change} values={clientFields(client)} groups={groups} id={client.id} submit="Save" />
        <TokensCard client={client} />
        <DeleteCard client={client} />
      </div>
    </Announcements>
  );
}

type ClientProps = { client: NonNullable<Awaited<ReturnType<typeof readClient>>> };

const Heading = ({ client: { id, name, logo, redirectUris, firstParty } }: ClientProps) => (
  <div className="mb-7">
    <p className="mb-4 text-sm">
      <TextLink href="/admin/clients">Apps</TextLink>
    </p>
    <div className="flex items-center gap-4">
      <AppMark name={name} logo={logo} className="size-14" />
      <div className="min-w-0">
        <h1 className="flex flex-wrap items-center gap-x-3 gap-y-1 text-2xl font-semibold tracking-tight break-words sm:text-[1.75rem]">
          {name}
          {firstParty && <Badge tone="accent">Ours</Badge>}
        </h1>
        <p className="text-sm text-muted">
          {hostOf(redirectUris)} <span className="font-mono text-[0.8125rem] break-all">{id}</span>
        </p>
      </div>
    </div>
  </div>
);

const SecretCard = ({ client: { id, name } }: ClientProps) => (
  <Card
    id="secret"
    title="Secret"
    text="Kept as a fingerprint only, so it cannot be shown again. When it is lost, or others may have seen it, give the app a new one."
  >
    <NewSecret app={{ id, name }} renew={renewSecret} />
  </Card>
);

const TokensCard = ({ client: { id, name } }: ClientProps) => (
  <Card
    id="tokens"
    title="What it was given"
    text="When the app may have leaked its tokens, take them back. Whoever uses it signs in again."
  >
    <Announcements>
      <ConfirmedAction
        action={endTokens}
        hidden={{ id }}
        label="End all its tokens"
        variant={{ variant: 'danger' }}
        title={`End all tokens of ${name}?`}
        submit="End them"
      >
        <p>They are worth nothing from this moment on, and people are asked again what {name} may know of them.</p>
      </ConfirmedAction>
    </Announcements>
  </Card>
);

const DeleteCard = ({ client: { id, name } }: ClientProps) => (
  <Card id="delete" title="Delete the app" text="To keep somebody out, limit it to groups instead.">
    <ConfirmedAction
      action={remove}
      hidden={{ id }}
      label="Delete the app"
      variant={{ variant: 'danger' }}
      title={`Delete ${name}?`}
      submit="Delete for ever"
      keep="Keep it"
    >
      <p>
        Its tokens end at once, what people let it have is forgotten, and nobody can sign in to it any more. Nobody can
        undo this.
      </p>
    </ConfirmedAction>
  </Card>
);
