import { type ComponentProps, type ReactNode, useId } from 'react';

type LabelProps = { label: ReactNode; hint?: ReactNode; error?: string };
/** `mono` is for addresses and code, where every character counts. */
type TextStyle = { mono?: boolean };
type FieldProps = ComponentProps<'input'> &
  LabelProps &
  TextStyle & {
    /** Stands inside the box, at its end. */
    trailing?: ReactNode;
  };

/** Label, input, hint and error as one, tied together for screen readers. */
export function Field({ label, hint, error, trailing, mono, className = '', ...input }: FieldProps) {
  const tied = useTied(input.id, hint, error);
  return (
    <Labelled label={label} hint={hint} error={error} id={tied.id} className={className}>
      <div className="relative">
        <input {...input} {...tied} className={`h-11 ${box} ${sizeOf(mono)} ${trailing ? 'pr-18' : ''}`} />
        {trailing}
      </div>
    </Labelled>
  );
}

type TextAreaProps = Omit<ComponentProps<'textarea'>, 'ref'> & LabelProps & TextStyle;

/** The same for text of several lines, which grows with what is in it. */
export function TextArea({ label, hint, error, mono, className = '', ...area }: TextAreaProps) {
  const tied = useTied(area.id, hint, error);
  return (
    <Labelled label={label} hint={hint} error={error} id={tied.id} className={className}>
      <textarea {...area} {...tied} className={`field-sizing-content min-h-20 py-2.5 ${box} ${sizeOf(mono)}`} />
    </Labelled>
  );
}

function useTied(inputId: string | undefined, hint: ReactNode, error: string | undefined) {
  const generatedId = useId();
  const id = inputId ?? generatedId;
  return { id, 'aria-describedby': describedBy(id, hint, error), 'aria-invalid': error ? (true as const) : undefined };
}

/** The ids of the hint and the error that stand at the field of this id. */
export const describedBy = (id: string, hint: ReactNode, error: string | undefined) =>
  [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || undefined;

/** What a field says about what was entered. */
export const FieldError = ({ id, children }: { id: string; children: ReactNode }) => (
  <p id={`${id}-error`} className="mt-1.5 text-sm font-medium text-danger">
    {children}
  </p>
);

type LabelledProps = LabelProps & { id: string; className: string; children: ReactNode };

/** A field below its label, with its hint and its error. */
export const Labelled = ({ label, hint, error, id, className, children }: LabelledProps) => (
  <div className={className}>
    <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
      {label}
    </label>
    {children}
    {hint && (
      <p id={`${id}-hint`} className="mt-1.5 text-sm text-muted">
        {hint}
      </p>
    )}
    {error && <FieldError id={id}>{error}</FieldError>}
  </div>
);

// Below 16 px a phone zooms in on what is being typed.
const sizeOf = (mono?: boolean) => (mono ? 'font-mono text-base sm:text-sm' : 'text-base');

const box =
  'block w-full min-w-0 rounded-control border border-edge bg-surface px-3 text-ink placeholder:text-muted/80 ' +
  'transition-colors hover:border-ink/60 focus:border-accent-ink focus:outline-2 focus:outline-offset-0 focus:outline-accent-ink ' +
  'aria-invalid:border-danger read-only:bg-inset read-only:border-line disabled:opacity-60';
