'use client';

import type { ReactNode } from 'react';
import { useFormStatus } from 'react-dom';
import { Button, type ButtonLook } from './button';
import { Spinner } from './spinner';

type SubmitButtonProps = ButtonLook & {
  children: ReactNode;
  busy?: boolean;
  disabled?: boolean;
  icon?: ReactNode;
  className?: string;
  name?: string;
  value?: string;
};

/** Keeps its width, its name and its focus while the form is on its way, and ignores a second press. */
export function SubmitButton({ children, icon, busy = false, ...look }: SubmitButtonProps) {
  const waiting = useFormStatus().pending || busy;
  return (
    <Button
      type="submit"
      aria-disabled={waiting || undefined}
      onClick={(event) => waiting && event.preventDefault()}
      {...look}
    >
      {waiting ? <Spinner /> : icon}
      {children}
    </Button>
  );
}
