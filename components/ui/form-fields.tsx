'use client';

import { type ComponentProps, useEffect, useRef } from 'react';
import type { FormState } from '@/lib/http';
import { Field } from './field';
import { PasswordField } from './password-field';

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

/** Leads to what is wrong after a refusal: the field that was named, or the first one that can be typed in. */
export function useFocusOnFailure(state: FormState) {
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
