'use client';

import { usePathname } from 'next/navigation';
import { createContext, type ReactNode, useContext } from 'react';
import type { FormState } from '@/lib/http';
import type { ButtonVariant } from './button';
import { type FieldProps, Form, FormFields, FormMessage, SubmitButton } from './form';
import { type FormAction, type Sending, useAction } from './use-action';

export type { FormAction } from './use-action';

type ActionFormProps = {
  action: FormAction;
  fields?: FieldProps[];
  /** Sent along as they are. */
  hidden?: Record<string, string>;
  submit: ReactNode;
  button?: ButtonVariant & { className?: string };
  /** Takes the place of the form once it went through; without it the form stays and says so. */
  done?: ReactNode;
  /** Below what takes its place: the same once more, to the address that it names, or the way back to an empty form. */
  again?: { submit: string; another: string };
  /** Stands between the fields and the button. */
  children?: ReactNode;
  onDone?: (state: FormState) => void;
};

const standard = { variant: 'primary', size: 'large', className: 'w-full' } as const;

/**
 * A form that works without a script; with one it keeps what was typed, leads to what is wrong, and asks for a
 * step-up where the server wants one.
 */
export function ActionForm({
  action,
  submit,
  button = standard,
  done,
  again,
  children,
  onDone,
  ...fields
}: ActionFormProps) {
  const sending = useAction(action, onDone);
  const [state] = sending;

  if (state.status === 'done' && done) {
    return (
      <>
        <div role="status">
          <SentContext value={state.data ?? {}}>{done}</SentContext>
        </div>
        {again && <OnceMore sending={sending} data={state.data ?? {}} {...again} />}
      </>
    );
  }
  return (
    <Form sending={sending} className="space-y-5">
      <FormMessage state={state} />
      <FormFields state={state} {...fields} />
      {children}
      <SubmitButton {...button}>{submit}</SubmitButton>
    </Form>
  );
}

type OnceMoreProps = { sending: Sending; data: Record<string, string>; submit: string; another: string };

function OnceMore({ sending, data, submit, another }: OnceMoreProps) {
  const here = usePathname();
  return (
    <Form sending={sending} className="mt-5 flex flex-wrap items-center justify-center gap-x-5 gap-y-3">
      <FormFields state={{ status: 'idle' }} hidden={{ ...data, again: 'on' }} />
      <SubmitButton size="small">{submit}</SubmitButton>
      <a className="link text-sm" href={here}>
        {another}
      </a>
    </Form>
  );
}

/** What a form was answered with, for what is shown in its place. */
const SentContext = createContext<Record<string, string>>({});

/** The address that a form has sent something to, and that it was sent once more. */
export function SentTo() {
  const { email, again } = useContext(SentContext);
  return (
    <>
      {again && 'Sent once more. '}
      To <b className="font-medium break-words">{email}</b>.
    </>
  );
}
