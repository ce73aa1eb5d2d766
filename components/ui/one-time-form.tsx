'use client';

import type { ReactNode } from 'react';
import { Form, FormFields, FormMessage, SubmitButton } from './form';
import { type FormAction, useAction } from './use-action';

type OneTimeFormProps = {
  action: FormAction;
  hidden: Record<string, string>;
  submit: string;
  /** What pressing the button will do; without it there is nothing to press any more. */
  offer: ReactNode | undefined;
  expired: ReactNode;
  done: { heading: ReactNode; next: ReactNode };
};

/** A button that works once. What came of it is shown also where the page, rendered anew, finds the link used up. */
export function OneTimeForm({ action, hidden, submit, offer, expired, done }: OneTimeFormProps) {
  const sending = useAction(action);
  const [state] = sending;
  if (state.status === 'done') {
    return (
      <>
        {done.heading}
        <div className="space-y-5">
          <FormMessage state={state} />
          {done.next}
        </div>
      </>
    );
  }
  if (!offer) return expired;
  return (
    <>
      {offer}
      <Form sending={sending} className="space-y-5">
        <FormMessage state={state} />
        <FormFields state={state} hidden={hidden} />
        <SubmitButton variant="primary" size="large" className="w-full">
          {submit}
        </SubmitButton>
      </Form>
    </>
  );
}
