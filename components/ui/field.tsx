import { type ComponentProps, type ReactNode, useId } from 'react';

type FieldProps = ComponentProps<'input'> & {
  label: ReactNode;
  hint?: ReactNode;
  error?: string;
  /** Stands inside the box, at its end. */
  trailing?: ReactNode;
};

/** Label, input, hint and error as one, tied together for screen readers. */
export function Field({ label, hint, error, trailing, className = '', ...input }: FieldProps) {
  const own = useId();
  const id = input.id ?? own;
  const describedBy = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || undefined;

  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
        {label}
      </label>
      <div className="relative">
        <input
          {...input}
          id={id}
          aria-invalid={error ? true : undefined}
          aria-describedby={describedBy}
          className={trailing ? `${box} pr-18` : box}
        />
        {trailing}
      </div>
      {hint && (
        <p id={`${id}-hint`} className="mt-1.5 text-sm text-muted">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="mt-1.5 text-sm font-medium text-danger">
          {error}
        </p>
      )}
    </div>
  );
}

const box =
  'block h-11 w-full min-w-0 rounded-control border border-edge bg-surface px-3 text-base text-ink placeholder:text-muted/80 ' +
  'transition-colors hover:border-ink/60 focus:border-accent-ink focus:outline-2 focus:outline-offset-0 focus:outline-accent-ink ' +
  'aria-invalid:border-danger read-only:bg-inset read-only:border-line disabled:opacity-60';
