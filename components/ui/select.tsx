import { type ComponentProps, useId } from 'react';
import { Labelled } from './field';

type SelectProps = Omit<ComponentProps<'select'>, 'children'> & {
  label: string;
  /** Value and what is read. */
  options: readonly (readonly [string, string])[];
};

/** A choice of one from many, as the browser shows it. */
export function Select({ label, options, className = '', ...select }: SelectProps) {
  const id = useId();
  return (
    <Labelled label={label} id={id} className={className}>
      <select
        id={id}
        {...select}
        className="block h-11 w-full min-w-0 rounded-control border border-edge bg-surface px-3 text-base text-ink hover:border-ink/60 focus:border-accent-ink focus:outline-2 focus:outline-offset-0 focus:outline-accent-ink"
      >
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </Labelled>
  );
}
