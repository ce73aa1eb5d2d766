import type { ComponentProps, ReactNode } from 'react';

type CheckboxProps = Omit<ComponentProps<'input'>, 'type'> & {
  label: ReactNode;
  hint?: ReactNode;
  type?: 'checkbox' | 'radio';
};

/** A choice with its label, and what it means below. */
export function Checkbox({ label, hint, type = 'checkbox', ...input }: CheckboxProps) {
  return (
    <label className="flex items-start gap-3 text-[0.9375rem]">
      <input type={type} {...input} className="mt-0.75 size-4.5 shrink-0" />
      <span className="min-w-0">
        {label}
        {hint && <span className="mt-0.5 block text-sm text-muted">{hint}</span>}
      </span>
    </label>
  );
}
