'use client';

import { type ComponentProps, type ReactNode, useActionState, useEffect, useRef } from 'react';
import type { FormState } from '@/lib/http';
import { Alert } from './alert';
import { Field } from './field';
import { SubmitButton } from './submit-button';

export type FormAction = (previous: FormState, form: FormData) => Promise<FormState>;
type FieldProps = Omit<ComponentProps<typeof Field>, 'error' | 'name'> & { name: string };

type ActionFormProps = {
  action: FormAction;
  fields: FieldProps[];
  submit: string;
  /** Takes the place of the form once it went through. */
  done?: ReactNode;
};

/** A form of plain fields. It works without a script; with one it keeps what was typed and leads to what is wrong. */
export function ActionForm({ action, fields, submit, done }: ActionFormProps) {
  const [state, send] = useActionState(action, { status: 'idle' });
  const form = useRef<HTMLFormElement>(null);
  const failed = state.status === 'failed' ? state : undefined;

  useEffect(() => {
    if (failed) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [failed]);

  if (state.status === 'done' && done) return <div role="status">{done}</div>;
  return (
    <form ref={form} action={send} className="space-y-5">
      {failed && <Alert tone="danger">{failed.message}</Alert>}
      {fields.map(({ defaultValue, ...field }) => (
        <Field
          key={field.name}
          {...field}
          defaultValue={failed?.values?.[field.name] ?? defaultValue}
          error={failed?.fields?.[field.name]}
        />
      ))}
      <SubmitButton look="primary" size="large" className="w-full">
        {submit}
      </SubmitButton>
    </form>
  );
}
