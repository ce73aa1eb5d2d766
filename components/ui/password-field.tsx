'use client';

import { type ComponentProps, useEffect, useRef, useState } from 'react';
import { Field } from './field';

type PasswordFieldProps = Omit<ComponentProps<typeof Field>, 'type' | 'defaultValue' | 'trailing' | 'ref'>;

/** A password, which can be looked at while it is typed and is hidden again before it is sent. */
export function PasswordField(props: PasswordFieldProps) {
  const [shown, show] = useState(false);
  const input = useRef<HTMLInputElement>(null);

  useEffect(() => {
    const form = input.current?.form;
    const hide = () => show(false);
    form?.addEventListener('submit', hide);
    return () => form?.removeEventListener('submit', hide);
  }, []);

  return (
    <Field
      spellCheck={false}
      autoCapitalize="none"
      {...props}
      ref={input}
      type={shown ? 'text' : 'password'}
      trailing={
        <button
          type="button"
          onClick={() => show(!shown)}
          className="absolute inset-y-1 right-1 rounded-[0.375rem] px-2.5 text-sm font-medium text-muted hover:bg-inset hover:text-ink noscript:hidden"
        >
          {shown ? 'Hide' : 'Show'}
          <span className="sr-only"> password</span>
        </button>
      }
    />
  );
}
