'use client';

import { useEffect, useRef } from 'react';
import { Alert } from '../ui/alert';
import { ButtonLink } from '../ui/button';
import { Card } from '../ui/card';
import { AppForm } from './app-form';
import type { Connection } from './connection';
import { HowToConnect } from './how-to-connect';
import { SecretOnce } from './new-secret';

/** The form of a new app; once it is registered, its secret in the one moment in which it can be seen. */
export const RegisterApp = (props: Omit<Parameters<typeof AppForm>[0], 'result' | 'submit' | 'id'>) => (
  <AppForm
    {...props}
    submit="Register the app"
    result={({ name = '', secret, ...connection }) => (
      <Registered name={name} secret={secret} connection={connection as Connection} />
    )}
  />
);

type RegisteredProps = { name: string; secret: string | undefined; connection: Connection };

function Registered({ name, secret, connection }: RegisteredProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current?.focus();
    scrollTo(0, 0);
  }, []);

  return (
    <div ref={box} tabIndex={-1} className="space-y-6 rounded-card">
      <Alert tone="good" title={`${name} is registered`}>
        {secret ? (
          <SecretOnce secret={secret} clientId={connection.clientId} />
        ) : (
          'It has no secret: its client ID is all it needs.'
        )}
      </Alert>
      <Card id="connect" title="How to connect">
        <HowToConnect connection={connection} />
      </Card>
      <ButtonLink href={`/admin/clients/${connection.clientId}`}>Go on to its settings</ButtonLink>
    </div>
  );
}
