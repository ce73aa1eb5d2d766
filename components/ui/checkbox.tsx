import { type ComponentProps, type ReactNode, useId } from 'react';
import { describedBy, FieldError } from './field';

type CheckboxProps = Omit<ComponentProps<'input'>, 'type'> & {
  label: ReactNode;
  hint?: ReactNode;
  error?: string;
  type?: 'checkbox' | 'radio';
};

/** A choice with its label, and what it means below. */
export function Checkbox({ label, hint, error, type = 'checkbox', ...input }: CheckboxProps) {
  const id = useId();
  const invalid = error ? { 'aria-invalid': true, 'aria-describedby': id } : {};
  return (
    <div>
      <label className="flex items-start gap-3 text-[0.9375rem]">
        <input type={type} {...input} {...invalid} className="mt-0.75 size-4.5 shrink-0" />
        <span className="min-w-0">
          {label}
          {hint && <span className="mt-0.5 block text-sm text-muted">{hint}</span>}
        </span>
      </label>
      {error && (
        <p id={id} className="mt-1 ml-7.5 text-sm font-medium text-danger">
          {error}
        </p>
      )}
    </div>
  );
}

type ChoicesProps = { legend: string; hint?: ReactNode; error?: string; children: ReactNode };

/** Choices that belong together, under what they are about. */
export function Choices({ legend, hint, error, children }: ChoicesProps) {
  const id = useId();
  return (
    <fieldset
      aria-describedby={describedBy(id, hint, error)}
      data-invalid={error ? true : undefined}
      tabIndex={error ? -1 : undefined}
    >
      <legend className="mb-1.5 text-sm font-medium">{legend}</legend>
      {hint && (
        <p id={`${id}-hint`} className="-mt-1 mb-2.5 text-sm text-muted">
          {hint}
        </p>
      )}
      <div className="space-y-3">{children}</div>
      {error && <FieldError id={id}>{error}</FieldError>}
    </fieldset>
  );
}
