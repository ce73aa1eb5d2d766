'use client';

import { ConfirmedAction } from '../ui/confirmed-action';
import { CopyOnce } from '../ui/copy-button';
import type { FormAction } from '../ui/use-action';

/** Replaces an app's secret. The new one is shown once. */
export const NewSecret = ({ app: { id, name }, renew }: { app: { id: string; name: string }; renew: FormAction }) => (
  <ConfirmedAction
    action={renew}
    hidden={{ id }}
    label="New secret"
    title={`Give ${name} a new secret?`}
    submit="Make the secret"
    result={({ secret = '' }) => <SecretOnce secret={secret} />}
  >
    <p>The old one is worth nothing from that moment on: until the app has the new one, nobody can sign in to it.</p>
  </ConfirmedAction>
);

/** A secret in the one moment in which it can be seen, after the client id where an app is new. */
export const SecretOnce = ({ secret, clientId }: { secret: string; clientId?: string }) => (
  <div className="space-y-3 text-sm">
    <p>Copy the secret now: it is kept as a fingerprint only and cannot be shown again.</p>
    {clientId && <Value term="Client ID" text={clientId} />}
    <Value term="Secret" text={secret} />
  </div>
);

const Value = ({ term, text }: { term: string; text: string }) => (
  <div>
    <p className="mb-1 text-muted">{term}</p>
    <CopyOnce text={text} label={`Copy the ${term === 'Secret' ? 'secret' : term}`} />
  </div>
);
