import type { Metadata } from 'next';
import { PageHeading } from '@/components/layout/page-heading';
import { Announcements } from '@/components/ui/announcements';
import { Badge } from '@/components/ui/badge';
import { Card } from '@/components/ui/card';
import { ConfirmedAction } from '@/components/ui/confirmed-action';
import { List, Row } from '@/components/ui/list';
import { RelativeTime } from '@/components/ui/relative-time';
import { requireAdmin } from '@/lib/sessions';
import { type KeyState, listKeys } from '@/lib/signing-keys';
import { makeKeys, replaceKeys } from './actions';

export const metadata: Metadata = { title: 'Signing keys' };

type Key = Awaited<ReturnType<typeof listKeys>>[number];

export default async function KeysPage() {
  await requireAdmin();
  const keys = await listKeys();
  const [used, retired] = [keys.filter(isUsed), keys.filter((key) => !isUsed(key)).slice(0, 20)];
  const hasPending = keys.some(({ state }) => state === 'published');
  return (
    <Announcements>
      <PageHeading title="Signing keys">
        With these we sign what we tell apps, so that they know it comes from us. New ones are made every 90 days, and
        apps fetch them by themselves.
      </PageHeading>
      <div className="space-y-6">
        <Card id="keys" title="In use" action={!hasPending && <MakeKeys />}>
          <KeyList keys={used} />
        </Card>
        {retired.length > 0 && (
          <Card id="retired" title="Retired" text="They sign nothing, and apps do not see them any more.">
            <KeyList keys={retired} />
          </Card>
        )}
        <Card
          id="leaked"
          title="When keys have leaked"
          text="Whoever has a key can pretend to apps to be anybody here. So this does not wait an hour."
        >
          <ReplaceKeys />
        </Card>
      </div>
    </Announcements>
  );
}

const isUsed = ({ state }: Key) => state !== 'retired';

const KeyList = ({ keys }: { keys: Key[] }) => (
  <List rows={keys} empty="None.">
    {(key) => (
      <Row key={key.kid} title={key.alg} action={<p className="text-muted">{sinceWhen(key)}</p>}>
        <span className="font-mono text-[0.8125rem] break-all text-muted">{key.kid}</span>
        <Badge tone={tones[key.state]}>{key.revokedAt ? 'Replaced at once' : words[key.state]}</Badge>
      </Row>
    )}
  </List>
);

const words: Record<KeyState, string> = {
  published: 'Published',
  signing: 'Signs now',
  retiring: 'Still published',
  retired: 'Retired',
};
const tones = { published: 'neutral', signing: 'good', retiring: 'neutral', retired: 'neutral' } as const;

function sinceWhen({ state, signsFrom, revokedAt }: Key) {
  const instant = <RelativeTime at={revokedAt ?? signsFrom} />;
  if (revokedAt) return <>taken out {instant}</>;
  if (state === 'published') return <>signs {instant}</>;
  return state === 'signing' ? <>since {instant}</> : <>signed from {instant} on</>;
}

const MakeKeys = () => (
  <ConfirmedAction action={makeKeys} label="Make new keys" title="Make new keys?" submitVariant="primary">
    <p>
      They are published now, so that apps can fetch them, and sign in an hour. Those of today stay published until
      nothing that they signed can still be valid. Nobody notices.
    </p>
  </ConfirmedAction>
);

const ReplaceKeys = () => (
  <ConfirmedAction
    action={replaceKeys}
    label="Keys have leaked: replace at once"
    variant={{ variant: 'danger' }}
    title="Replace all keys at once?"
    submit="Replace all keys"
    keep="Keep the keys"
  >
    <p>New keys sign from this moment, and what the old ones signed is worth nothing any more.</p>
    <p>
      Apps that hold on to the old keys refuse sign-ins until they fetch the new ones: most do so at once, some within
      hours or after a restart. People stay signed in here.
    </p>
  </ConfirmedAction>
);
