'use client';

import { useRef, useState } from 'react';
import { Field } from '../ui/field';
import { Form } from '../ui/form';
import { FormMessage } from '../ui/form-message';
import { ShownAsMark } from '../ui/shown-as';
import { SubmitButton } from '../ui/submit-button';
import { type FormAction, useAction } from '../ui/use-action';
import { useHydrated } from '../ui/use-hydrated';
import { startCreation } from './api';
import { CeremonyProgress } from './ceremony-progress';
import { type CreationPhase, createPasskey } from './creation';
import { NeedsScript } from './needs-script';
import { PasskeyMark } from './passkey-mark';
import type { Sentence } from './types';
import { useCreationMessages } from './use-creation-words';

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

/** The form that ends in a first passkey. Cancelling the browser's dialog loses nothing that was typed. */
export function CreatePasskey({ open, email, name, hidden = {}, label = 'Create your passkey' }: CreatePasskeyProps) {
  const [phase, show] = useState<CreationPhase>('idle');
  const [sentence, say] = useState<Sentence>();
  const [typed, keep] = useState<Record<string, string>>({});
  const button = useRef<HTMLDivElement>(null);
  const ready = useHydrated();
  const words = useCreationMessages(phase);

  const openAndCreate: FormAction = async (previous, form) => {
    const opened = await open(previous, form);
    keep(textOf(form));
    say(undefined);
    if (opened.status !== 'done') return opened;

    const created = await createPasskey(startCreation, show);
    show(created.ok ? 'done' : 'idle');
    if (created.ok) window.location.assign(created.value.redirectTo ?? '/account');
    else say(created.sentence);
    button.current?.querySelector('button')?.focus();
    return opened;
  };
  const sending = useAction(openAndCreate);
  const [state] = sending;
  const failed = state.status === 'failed' ? state : undefined;
  const value = (field: string, prefilled?: CreateField) => typed[field] ?? prefilled?.value;

  return (
    <Form sending={sending} className="space-y-5">
      <ShownAsMark id="" />
      <NeedsScript />
      {failed && <FormMessage state={failed} />}
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
          variant="primary"
          size="large"
          className="w-full"
          disabled={!ready}
          busy={phase === 'done'}
          icon={<PasskeyMark className="size-5" />}
        >
          {label}
        </SubmitButton>
        <CeremonyProgress
          status={words}
          sentence={phase === 'idle' ? sentence : undefined}
          asking={phase === 'asking'}
        />
      </div>
    </Form>
  );
}

const textOf = (form: FormData) =>
  Object.fromEntries([...form].filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
