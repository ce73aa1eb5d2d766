'use client';

import type { ReactNode } from 'react';
import type { FormState } from '@/lib/http';
import type { ButtonLook } from './button';
import { Form } from './form';
import { type FieldProps, FormFields } from './form-fields';
import { FormMessage } from './form-message';
import { SubmitButton } from './submit-button';
import { type FormAction, useAction } from './use-action';

export type { FormAction } from './use-action';

type ActionFormProps = {
  action: FormAction;
  fields?: FieldProps[];
  /** Sent along as they are. */
  hidden?: Record<string, string>;
  submit: ReactNode;
  button?: ButtonLook & { className?: string };
  /** Takes the place of the form once it went through; without it the form stays and says so. */
  done?: ReactNode;
  /** Stands between the fields and the button. */
  children?: ReactNode;
  onDone?: (state: FormState) => void;
};

const standard = { look: 'primary', size: 'large', className: 'w-full' } as const;

/**
 * A form that works without a script; with one it keeps what was typed, leads to what is wrong, and asks for a fresh
 * proof of who is there where the server wants one.
 */
export function ActionForm({ action, submit, button = standard, done, children, onDone, ...fields }: ActionFormProps) {
  const sending = useAction(action, onDone);
  const [state] = sending;

  if (state.status === 'done' && done) return <div role="status">{done}</div>;
  return (
    <Form sending={sending} className="space-y-5">
      <FormMessage state={state} />
      <FormFields state={state} {...fields} />
      {children}
      <SubmitButton {...button}>{submit}</SubmitButton>
    </Form>
  );
}
