'use client';

import { useAnnounce } from '../ui/announcements';
import { type FieldProps, Form, FormFields, FormMessage, SubmitButton } from '../ui/form';
import { type FormAction, useAction } from '../ui/use-action';
import { useHydrated } from '../ui/use-hydrated';

type LineFormProps = { action: FormAction; field: FieldProps; hidden?: Record<string, string>; submit: string };

/** One field and its button in a line. What came of it is said by the page, or above where no script runs. */
export function LineForm({ action, field, hidden, submit }: LineFormProps) {
  const announce = useAnnounce();
  const ready = useHydrated();
  const sending = useAction(action, (done) => done.status === 'done' && done.message && announce?.(done.message));
  const [state] = sending;
  const standard = { autoComplete: 'off', required: true, className: 'min-w-0 flex-[1_1_14rem]' };
  return (
    <Form sending={sending} className="space-y-3">
      {(state.status === 'failed' || !ready) && <FormMessage state={state} />}
      <div className="group/line flex flex-wrap items-end gap-3 has-aria-invalid:items-start">
        <FormFields state={state} fields={[{ ...standard, ...field }]} hidden={hidden} />
        <SubmitButton className="h-11 group-has-[[aria-invalid]]/line:mt-6.5">{submit}</SubmitButton>
      </div>
    </Form>
  );
}
