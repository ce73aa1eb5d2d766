'use client';

import { Checkbox, Choices } from '../ui/checkbox';
import { CopyOnce } from '../ui/copy-button';
import { Field, TextArea } from '../ui/field';
import { Form, FormMessage, SubmitButton } from '../ui/form';
import { Select } from '../ui/select';
import { TextLink } from '../ui/text-link';
import { type FormAction, useAction } from '../ui/use-action';

const lifetimes = [
  ['30', '30 days'],
  ['90', '90 days'],
  ['365', 'A year'],
  ['3650', 'Ten years'],
] as const;

/** The form of a new API key; once it is made, the key in the one moment in which it can be seen. */
export function NewApiKey({ action, permissions }: { action: FormAction; permissions: readonly string[] }) {
  const sending = useAction(action);
  const [state] = sending;
  if (state.status === 'done') return <KeyOnce apiKey={state.data?.key ?? ''} name={state.data?.name ?? ''} />;

  const { values = {}, fields: errors = {} } = state.status === 'failed' ? state : {};
  const chosen = values.permissions?.split('\n') ?? [];
  return (
    <Form sending={sending} className="space-y-6">
      <FormMessage state={state} />
      <Field
        name="name"
        label="Name"
        required
        maxLength={64}
        autoComplete="off"
        defaultValue={values.name}
        error={errors.name}
        className="max-w-md"
      />
      <Choices legend="Permissions" error={errors.permissions}>
        <div className="grid gap-3 sm:grid-cols-2">
          {permissions.map((permission) => (
            <Checkbox
              key={permission}
              name="permissions"
              value={permission}
              label={<code>{permission}</code>}
              defaultChecked={chosen.includes(permission)}
            />
          ))}
        </div>
      </Choices>
      <TextArea
        name="addresses"
        label="Only from these addresses (optional)"
        hint="One a line, such as 203.0.113.7 or 203.0.113.0/24. Empty for anywhere."
        mono
        spellCheck={false}
        autoComplete="off"
        defaultValue={values.addresses}
        error={errors.addresses}
      />
      <Select
        name="days"
        label="Expires after"
        options={lifetimes}
        defaultValue={values.days ?? '90'}
        className="max-w-48"
      />
      <SubmitButton variant="primary">Create the API key</SubmitButton>
    </Form>
  );
}

const KeyOnce = ({ apiKey, name }: { apiKey: string; name: string }) => (
  <div role="status" className="space-y-3 text-sm">
    <p>The API key {name} is created. Copy it now: only a fingerprint is kept, so it cannot be shown again.</p>
    <CopyOnce text={apiKey} label="Copy the API key" />
    <p>
      <TextLink href="/admin/api-keys">Create another</TextLink>
    </p>
  </div>
);
