'use client';

import { createContext, type ReactNode, useContext, useState } from 'react';
import type { FormState } from '@/lib/http';
import { useAnnounce } from './announcements';
import { Button, type ButtonVariant, buttonClass } from './button';
import { Dialog, DialogButtons } from './dialog';
import { type FieldProps, Form, FormFields, FormMessage, SubmitButton } from './form';
import { type FormAction, type Sending, useAction } from './use-action';
import { useHydrated } from './use-hydrated';

type ConfirmedActionProps = {
  action: FormAction;
  hidden?: Record<string, string>;
  fields?: FieldProps[];
  label: string;
  /** Follows the label for screen readers: which of several it is. */
  about?: string;
  variant?: ButtonVariant;
  /** The question, and what will happen. */
  title: string;
  children: ReactNode;
  /** The button that does it; without it, what opened the question is said once more. */
  submit?: string;
  submitVariant?: ButtonVariant['variant'];
  keep?: string;
  /** The `PersistentResult` around, which has the same action, shows the outcome. */
  persistent?: boolean;
  /** Shows the result; without it the dialog closes and the page shows the message. */
  result?: (data: Record<string, string>) => ReactNode;
};

const SendingContext = createContext<Sending | null>(null);

/**
 * Shows the result of the confirmed actions within that are `persistent`, all of the same `action`, where their buttons may be
 * gone with what was done and the page is rendered anew without a script. With one, a page's announcements say it.
 */
export function PersistentResult({ action, children }: { action: FormAction; children: ReactNode }) {
  const sending = useAction(action);
  return (
    <>
      {sending[0].status !== 'idle' && (
        <div className="mb-5">
          <FormMessage state={sending[0]} />
        </div>
      )}
      <SendingContext value={sending}>{children}</SendingContext>
    </>
  );
}

/** A button whose deed is asked about first: in a dialog, or right below it where no script runs. */
export function ConfirmedAction(props: ConfirmedActionProps) {
  const [open, setOpen] = useState(false);
  const announce = useAnnounce();
  const ready = useHydrated();
  if (!ready) return <ExpandableForm {...props} />;

  const close = () => setOpen(false);
  function finish(message?: string) {
    if (props.result) return;
    close();
    if (message) announce?.(message);
  }

  return (
    <>
      <Button {...props.variant} onClick={() => setOpen(true)}>
        <Label {...props} />
      </Button>
      <Dialog open={open} onClose={close} title={props.title}>
        <Question {...props} onClose={close} onDone={finish} />
      </Dialog>
    </>
  );
}

const Label = ({ label, about }: ConfirmedActionProps) => (
  <>
    {label}
    {about && <span className="sr-only">{about}</span>}
  </>
);

/** What happens, what came of it, and the fields; the same in the dialog and where no script runs. */
const Inside = ({ state, children, fields, hidden }: ConfirmedActionProps & { state: FormState }) => (
  <>
    <div className="space-y-2 text-sm text-muted">{children}</div>
    <FormMessage state={state} />
    <FormFields state={state} fields={fields} hidden={hidden} />
  </>
);

const Submit = ({ submit, label, submitVariant = 'danger' }: ConfirmedActionProps) => (
  <SubmitButton variant={submitVariant}>{submit ?? label}</SubmitButton>
);

type QuestionProps = ConfirmedActionProps & { onClose: () => void; onDone: (message?: string) => void };

function Question({ onClose, onDone, ...props }: QuestionProps) {
  const sending = useAction(props.action, (done) => done.status === 'done' && onDone(done.message));
  const [state] = sending;
  if (state.status === 'done' && props.result) {
    return (
      <div role="status" className="mt-3">
        {props.result(state.data ?? {})}
        <DialogButtons>
          <Button onClick={onClose}>Close</Button>
        </DialogButtons>
      </div>
    );
  }
  return (
    <Form sending={sending} className="mt-2 space-y-4">
      <Inside {...props} state={state} />
      <DialogButtons>
        <Button onClick={onClose}>{props.keep ?? 'Cancel'}</Button>
        <Submit {...props} />
      </DialogButtons>
    </Form>
  );
}

function ExpandableForm(props: ConfirmedActionProps) {
  const localSending = useAction(props.action);
  const around = useContext(SendingContext);
  const [state] = localSending;
  return (
    <details open={state.status !== 'idle'}>
      <summary className={buttonClass(props.variant, 'list-none')}>
        <Label {...props} />
      </summary>
      <div className="mt-3 rounded-control border border-line bg-inset p-4 text-left">
        {state.status === 'done' && props.result ? (
          props.result(state.data ?? {})
        ) : (
          <Form sending={(props.persistent && around) || localSending} className="space-y-4">
            <p className="font-semibold">{props.title}</p>
            <Inside {...props} state={state} />
            <Submit {...props} />
          </Form>
        )}
      </div>
    </details>
  );
}
