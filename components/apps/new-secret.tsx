'use client';

import { ConfirmedAction } from '../ui/confirmed-action';
import type { FormAction } from '../ui/use-action';
import { SecretOnce } from './secret-once';

/** Replaces an app's secret. The new one is shown once. */
export function NewSecret({ app: { id, name }, renew }: { app: { id: string; name: string }; renew: FormAction }) {
  return (
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
}
