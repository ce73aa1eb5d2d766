'use client';

import { useActionState, useRef, useState } from 'react';
import type { FormState } from '@/lib/http';
import type { FormAction } from '../ui/action-form';
import { Alert } from '../ui/alert';
import { Field } from '../ui/field';
import { useFocusOnFailure } from '../ui/form-fields';
import { SubmitButton } from '../ui/submit-button';
import { useHydrated } from '../ui/use-hydrated';
import { startCreation } from './api';
import { type CreationPhase, createPasskey } from './creation';
import { Handshake } from './handshake';
import { NeedsScript } from './needs-script';
import { PasskeyMark } from './passkey-mark';
import type { Sentence } from './types';
import { useCreationWords } from './use-creation-words';

export type CreateField = { value?: string; fixed?: boolean };

type CreatePasskeyProps = {
  /** Lets this browser enrol a passkey; after `done` the server knows for whom. */
  open: FormAction;
  email?: CreateField;
  name?: CreateField;
  /** Sent along as they are, for example the token of a link. */
  hidden?: Record<string, string>;
  label?: string;
};

type State = { form: FormState; sentence?: Sentence; values: Record<string, string> };

/** The form that ends in a first passkey. Cancelling the browser's dialog loses nothing that was typed. */
export function CreatePasskey({ open, email, name, hidden = {}, label = 'Create your passkey' }: CreatePasskeyProps) {
  const [phase, show] = useState<CreationPhase>('idle');
  const button = useRef<HTMLDivElement>(null);
  const ready = useHydrated();
  const words = useCreationWords(phase);

  const [state, submit] = useActionState(
    async (_: State, form: FormData): Promise<State> => {
      const next = await openAndCreate(open, form, show);
      if (next.form.status !== 'failed') button.current?.querySelector('button')?.focus();
      return next;
    },
    { form: { status: 'idle' }, values: {} },
  );
  const form = useFocusOnFailure(state.form);
  const failed = state.form.status === 'failed' ? state.form : undefined;
  const value = (field: string, given?: CreateField) => state.values[field] ?? given?.value;

  return (
    <form ref={form} action={submit} className="space-y-5">
      <NeedsScript />
      {failed && <Alert tone="danger">{failed.message}</Alert>}
      {Object.entries(hidden).map(([key, text]) => (
        <input key={key} type="hidden" name={key} value={text} />
      ))}
      {email && (
        <Field
          label="E-mail"
          name="email"
          type="email"
          autoComplete="username"
          required
          maxLength={254}
          readOnly={email.fixed}
          defaultValue={value('email', email)}
          error={failed?.fields?.email}
        />
      )}
      {name && (
        <Field
          label="Your name"
          name="name"
          autoComplete="name"
          required
          maxLength={64}
          readOnly={name.fixed}
          defaultValue={value('name', name)}
          error={failed?.fields?.name}
        />
      )}
      <div ref={button}>
        <SubmitButton
          look="primary"
          size="large"
          className="w-full"
          disabled={!ready}
          busy={phase === 'done'}
          icon={<PasskeyMark className="size-5" />}
        >
          {label}
        </SubmitButton>
        <Handshake said={words} sentence={phase === 'idle' ? state.sentence : undefined} asking={phase === 'asking'} />
      </div>
    </form>
  );
}

async function openAndCreate(
  open: CreatePasskeyProps['open'],
  form: FormData,
  show: (phase: CreationPhase) => void,
): Promise<State> {
  const values = Object.fromEntries([...form].filter(([, value]) => typeof value === 'string')) as Record<
    string,
    string
  >;
  show('preparing');
  const opened = await open({ status: 'idle' }, form);
  if (opened.status !== 'done') {
    show('idle');
    return { form: opened, values };
  }

  const created = await createPasskey(startCreation, show);
  show(created.ok ? 'done' : 'idle');
  if (!created.ok) return { form: opened, sentence: created.sentence, values };

  window.location.assign(created.value.redirectTo ?? '/account');
  return { form: opened, values };
}
