'use client';

import { usePathname } from 'next/navigation';
import { type ComponentProps, type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { useFormStatus } from 'react-dom';
import type { FormState } from '@/lib/http';
import { Alert } from './alert';
import { Button, type ButtonVariant } from './button';
import { Field } from './field';
import { describeThrown } from './no-answer';
import { PasswordField } from './password-field';
import { ShownAsField } from './shown-as';
import { type FormAction, type Sending, useAction } from './use-action';

type FormProps = { sending: Sending; className?: string; children: ReactNode };

/** The form of an action, and the only one: it leads to what is wrong, and loses nothing where no answer came. */
export function Form({ sending: [state, send, preservesInput], className, children }: FormProps) {
  const form = useFocusOnFailure(state);

  // React empties a form once its action is over, by a reset that can be stopped. Not `onReset`: React is deaf just then.
  useEffect(() => {
    const stay = (event: Event) => preservesInput.current && event.preventDefault();
    const element = form.current;
    element?.addEventListener('reset', stay);
    return () => element?.removeEventListener('reset', stay);
  }, [form, preservesInput]);

  return (
    <form ref={form} action={send} className={className}>
      <ShownAsField />
      {children}
    </form>
  );
}

/** Leads to what is wrong after a refusal: the field that was named, or the first one that can be typed in. */
function useFocusOnFailure(state: FormState) {
  const form = useRef<HTMLFormElement>(null);

  useEffect(() => {
    if (state.status !== 'failed' || state.needsStepUp) return;
    const find = (what: string) => form.current?.querySelector<HTMLElement>(what);
    (
      find('[aria-invalid=true], [data-invalid]') ?? find('input:not([type=hidden], [hidden], [readonly], :valid)')
    )?.focus();
  }, [state]);

  return form;
}

export type FieldProps = Omit<ComponentProps<typeof Field>, 'error' | 'name'> & { name: string };
type FormFieldsProps = { state: FormState; fields?: FieldProps[]; hidden?: Record<string, string> };

/** The fields of a form with what the server said about each, and with what was typed before it was refused. */
export function FormFields({ state, fields = [], hidden = {} }: FormFieldsProps) {
  const failed = state.status === 'failed' ? state : undefined;
  return (
    <>
      {Object.entries(hidden).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {fields.map(({ defaultValue, ...field }) => {
        const error = failed?.fields?.[field.name];
        if (field.type === 'password') return <PasswordField key={field.name} {...field} error={error} />;
        const value = failed?.values?.[field.name] ?? defaultValue;
        return <Field key={field.name} {...field} defaultValue={value} error={error} />;
      })}
    </>
  );
}

/**
 * What came of a form, unless its field says the same. A missing session or step-up
 * leads to the page that takes one and back here; that needs no script.
 */
export function FormMessage({ state }: { state: FormState }) {
  const here = usePathname();
  if (state.status === 'idle' || !state.message) return null;
  if (state.status === 'failed' && Object.values(state.fields ?? {}).includes(state.message)) return null;
  if (state.status === 'done') return <Alert tone="good">{state.message}</Alert>;
  const next = nextOf(state, here);
  return (
    <Alert tone={state.needsStepUp ? 'caution' : 'danger'} role="alert">
      {state.message}
      {next && (
        <>
          {' '}
          <a className="link font-medium" href={next.href}>
            {next.label}
          </a>
        </>
      )}
    </Alert>
  );
}

function nextOf({ needsStepUp, needsSignIn }: Extract<FormState, { status: 'failed' }>, here: string) {
  const back = `return_to=${encodeURIComponent(here)}`;
  if (needsSignIn) return { href: `/sign-in?${back}`, label: 'Sign in again' };
  return needsStepUp ? { href: `/step-up?${back}`, label: 'Confirm that it is you' } : undefined;
}

type SubmitButtonProps = ButtonVariant & {
  children: ReactNode;
  busy?: boolean;
  disabled?: boolean;
  icon?: ReactNode;
  className?: string;
  name?: string;
  value?: string;
};

/** Keeps its width, its name and its focus while the form is on its way, and ignores a second press. */
export function SubmitButton({ busy = false, ...button }: SubmitButtonProps) {
  const pending = useFormStatus().pending || busy;
  return (
    <Button
      type="submit"
      busy={pending || undefined}
      onClick={(event) => pending && event.preventDefault()}
      {...button}
    />
  );
}

type ButtonFormProps = {
  action: FormAction;
  hidden?: Record<string, string>;
  className?: string;
  /** What stopped it stands at the lower edge of the window, where there is no place beside the buttons. */
  apart?: boolean;
  children: ReactNode;
};

/** A form of nothing but buttons. Only what stopped it is said: what it does is seen. */
export function ButtonForm({ action, hidden, className, apart = false, children }: ButtonFormProps) {
  const sending = useAction(action);
  const [state] = sending;
  return (
    <Form sending={sending} className={className}>
      <FormFields state={state} hidden={hidden} />
      {children}
      {state.status === 'failed' && (
        <div
          className={
            apart ? 'fixed inset-x-4 bottom-4 z-30 mx-auto max-w-sm rounded-control bg-surface shadow-float' : 'mt-2'
          }
        >
          <FormMessage state={state} />
        </div>
      )}
    </Form>
  );
}

/** A form that only asks for a page: where the server cannot be reached it stays, filled, instead of the browser's error. */
export function GetForm({ action, className, children }: { action: string; className?: string; children: ReactNode }) {
  const [state, setState] = useState<FormState>({ status: 'idle' });
  const busy = useRef(false);

  async function go(event: FormEvent<HTMLFormElement>) {
    const form = event.currentTarget;
    event.preventDefault();
    if (busy.current) return;
    busy.current = true;
    const stopped = await reachServer().catch(describeThrown);
    busy.current = false;
    setState(stopped ?? { status: 'idle' });
    if (!stopped) form.submit();
  }

  return (
    <form action={action} onSubmit={go} className={className}>
      {state.status === 'failed' && (
        <div className="basis-full">
          <FormMessage state={state} />
        </div>
      )}
      {children}
    </form>
  );
}

async function reachServer() {
  const { ok, status } = await fetch('/healthz', { cache: 'no-store' });
  if (!ok) throw new Error(`the server answered ${status}`);
}
