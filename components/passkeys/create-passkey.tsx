'use client';

import { useRef, useState } from 'react';
import { type FieldProps, Form, FormFields, FormMessage, SubmitButton } from '../ui/form';
import { ShownAsMark } from '../ui/shown-as';
import { type FormAction, useAction } from '../ui/use-action';
import { useHydrated } from '../ui/use-hydrated';
import { startCreation } from './api';
import { CeremonyProgress } from './ceremony-message';
import { NeedsScript } from './needs-script';
import { PasskeyMark } from './passkey-mark';
import { useCreation } from './use-creation';

type CreateField = { value?: string; fixed?: boolean };

type CreatePasskeyProps = {
  /** Lets this browser enrol a passkey; after `done` the server knows for whom. */
  open: FormAction;
  email: CreateField;
  name: CreateField;
  /** Sent along as they are, for example the token of a link. */
  hidden: Record<string, string>;
};

/** The form that ends in a first passkey. Cancelling the browser's dialog loses nothing that was typed. */
export function CreatePasskey({ open, email, name, hidden }: CreatePasskeyProps) {
  const { phase, progress, create } = useCreation(startCreation, 'done');
  const [typed, keep] = useState<Record<string, string>>({});
  const button = useRef<HTMLDivElement>(null);
  const ready = useHydrated();

  const openAndCreate: FormAction = async (previous, form) => {
    const opened = await open(previous, form);
    keep(textOf(form));
    if (opened.status !== 'done') return opened;

    const created = await create();
    if (created) window.location.assign(created.redirectTo ?? '/account');
    button.current?.querySelector('button')?.focus();
    return opened;
  };
  const sending = useAction(openAndCreate);
  const [state] = sending;
  const failed = state.status === 'failed' ? state : undefined;
  const prefilled = (field: string, { value, fixed }: CreateField) => ({
    name: field,
    required: true,
    readOnly: fixed,
    defaultValue: typed[field] ?? value,
  });
  const fields: FieldProps[] = [
    { label: 'E-mail', type: 'email', autoComplete: 'username', maxLength: 254, ...prefilled('email', email) },
    { label: 'Your name', autoComplete: 'name', maxLength: 64, ...prefilled('name', name) },
  ];

  return (
    <Form sending={sending} className="space-y-5">
      <ShownAsMark id="" />
      <NeedsScript />
      {failed && <FormMessage state={failed} />}
      <FormFields state={state} fields={fields} hidden={hidden} />
      <div ref={button}>
        <SubmitButton
          variant="primary"
          size="large"
          className="w-full"
          disabled={!ready}
          busy={phase === 'done'}
          icon={<PasskeyMark className="size-5" />}
        >
          Create your passkey
        </SubmitButton>
        <CeremonyProgress {...progress} sentence={failed ? undefined : progress.sentence} />
      </div>
    </Form>
  );
}

const textOf = (form: FormData) =>
  Object.fromEntries([...form].filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
