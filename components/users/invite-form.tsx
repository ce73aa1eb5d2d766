'use client';

import { Alert } from '../ui/alert';
import { CopyButton } from '../ui/copy-button';
import { type FieldProps, Form, FormFields, FormMessage, SubmitButton } from '../ui/form';
import { type FormAction, useAction } from '../ui/use-action';

const address: FieldProps = {
  ...{ label: 'E-mail', name: 'email', type: 'email', autoComplete: 'off', required: true, maxLength: 254 },
  className: 'min-w-0 flex-[1_1_16rem]',
};

type InviteFormProps = { invite: FormAction; mailed: boolean };

export function InviteForm({ invite, mailed }: InviteFormProps) {
  const sending = useAction(invite);
  const [state] = sending;
  const failed = state.status === 'failed' ? state : undefined;

  return (
    <Form sending={sending} className="space-y-4">
      {failed && <FormMessage state={failed} />}
      {state.status === 'done' && state.data?.link && (
        <Invited {...state.data} link={state.data.link} mailed={mailed} />
      )}
      <div className="flex flex-wrap items-end gap-3">
        <FormFields state={state} fields={[address]} />
        <SubmitButton variant="primary" className="h-11">
          Invite
        </SubmitButton>
      </div>
    </Form>
  );
}

const Invited = ({ link, email, mailed }: { link: string; email?: string; mailed: boolean }) => (
  <Alert tone="good" title={`The invitation for ${email} is ready`}>
    <p>
      {mailed ? 'It is on its way by mail. You can also hand over this link:' : 'Hand over this link:'} it works once,
      for seven days.
    </p>
    <p className="my-2.5 font-mono text-xs break-all select-all">{link}</p>
    <CopyButton text={link} label="Copy the invitation link" />
  </Alert>
);
