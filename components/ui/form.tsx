'use client';

import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import type { FormState } from '@/lib/http';
import { FormFields, useFocusOnFailure } from './form-fields';
import { FormMessage } from './form-message';
import { describeThrown } from './no-answer';
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
