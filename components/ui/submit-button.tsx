'use client';

import type { ReactNode } from 'react';
import { useFormStatus } from 'react-dom';
import { Button, type ButtonVariant } from './button';
import { Spinner } from './spinner';

type SubmitButtonProps = ButtonVariant & {
  children: ReactNode;
  busy?: boolean;
  disabled?: boolean;
  icon?: ReactNode;
  className?: string;
  name?: string;
  value?: string;
};

/** Keeps its width, its name and its focus while the form is on its way, and ignores a second press. */
export function SubmitButton({ children, icon, busy = false, ...variant }: SubmitButtonProps) {
  const pending = useFormStatus().pending || busy;
  return (
    <Button
      type="submit"
      aria-disabled={pending || undefined}
      onClick={(event) => pending && event.preventDefault()}
      {...variant}
    >
      {pending ? <Spinner /> : icon}
      {children}
    </Button>
  );
}
