'use client';

import type { ReactNode } from 'react';
import { useFormStatus } from 'react-dom';
import { Button, type ButtonVariant } from './button';

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
export function SubmitButton({ busy = false, ...button }: SubmitButtonProps) {
  const pending = useFormStatus().pending || busy;
  return (
    <Button
      type="submit"
      busy={pending || undefined}
      onClick={(event) => pending && event.preventDefault()}
      {...button}
    />
  );
}
