'use client';

import { type ReactNode, useEffect, useRef } from 'react';
import type { FormState } from '@/lib/http';
import { Form, FormMessage, SubmitButton } from '../ui/form';
import { type FormAction, useAction } from '../ui/use-action';
import { About, Addresses, ClientAuthentication } from './app-identity';
import { Details, Rights, Who } from './app-rights';
import { SecretOnce } from './new-secret';

export type Group = { id: string; name: string };

type AppFormProps = {
  action: FormAction;
  /** What the form begins with, in its own terms: a box that is ticked is `on`. */
  values: Record<string, string>;
  groups: Group[];
  /** The id of an app that exists; a new one may choose its own. */
  id?: string;
  submit: string;
  /** Takes the place of the form once it went through. */
  result?: (data: Record<string, string>) => ReactNode;
};

/** Everything that can be set of an app. Works without a script; refused, it keeps what was entered. */
export function AppForm({ action, values: stored, groups, id, submit, result }: AppFormProps) {
  const sending = useAction(action);
  const [state] = sending;
  if (state.status === 'done' && result) return result(state.data ?? {});

  const failed = state.status === 'failed' ? state : undefined;
  const values = failed?.values ?? stored;
  const fill = { values, errors: failed?.fields ?? {} };
  return (
    <Form sending={sending} className="space-y-6">
      <Outcome state={state} />
      {id && <input type="hidden" name="id" value={id} />}
      <About {...fill} isNew={!id} />
      <ClientAuthentication {...fill} />
      <Addresses {...fill} />
      <Rights {...fill} />
      <Who {...fill} groups={groups} />
      <Details {...fill} />
      <SubmitButton variant="primary">{submit}</SubmitButton>
    </Form>
  );
}

/** What came of it, above a form so long that it has to be led there. */
function Outcome({ state }: { state: FormState }) {
  const box = useRef<HTMLDivElement>(null);
  const atItsField = state.status === 'failed' && (state.fields || state.needsStepUp);

  useEffect(() => {
    if (state.status !== 'idle' && !atItsField) box.current?.focus();
  }, [state, atItsField]);

  const secret = state.status === 'done' ? state.data?.secret : undefined;
  return (
    <div ref={box} tabIndex={-1} className="scroll-mt-24 space-y-4 rounded-control empty:hidden">
      <FormMessage state={state} />
      {secret && <SecretOnce secret={secret} />}
    </div>
  );
}
