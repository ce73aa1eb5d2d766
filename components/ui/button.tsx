import type { ComponentProps, ReactNode } from 'react';
import { Spinner } from './spinner';

const variants = {
  primary: 'bg-accent text-on-accent hover:bg-accent-hover shadow-[inset_0_0_0_1px_var(--accent-edge)]',
  secondary: 'bg-surface text-ink border border-edge/55 hover:bg-inset hover:border-edge',
  quiet: 'text-ink hover:bg-inset',
  danger: 'bg-surface text-danger border border-danger/45 hover:bg-danger-soft hover:border-danger',
} as const;

const sizes = {
  small: 'h-9 px-3 text-sm gap-1.5',
  medium: 'h-10 px-4 text-[0.9375rem] gap-2',
  large: 'min-h-12 px-5 py-2 text-base gap-2.5',
  icon: 'size-9',
} as const;

export type ButtonVariant = { variant?: keyof typeof variants; size?: keyof typeof sizes };

export function buttonClass({ variant = 'secondary', size = 'medium' }: ButtonVariant = {}, className = '') {
  return `inline-flex shrink-0 items-center justify-center rounded-control font-medium select-none text-center transition-colors duration-100 aria-disabled:opacity-60 noscript:disabled:opacity-60 ${variants[variant]} ${sizes[size]} ${className}`;
}

type ButtonProps = ComponentProps<'button'> & ButtonVariant & { icon?: ReactNode; busy?: boolean };

/** A button; while it is busy, something turns in the place of its icon. */
export const Button = ({ variant, size, className, icon, busy, children, ...attributes }: ButtonProps) => (
  <button type="button" aria-disabled={busy} className={buttonClass({ variant, size }, className)} {...attributes}>
    {busy ? <Spinner /> : icon}
    {children}
  </button>
);

type ButtonLinkProps = ComponentProps<'a'> & ButtonVariant;

export const ButtonLink = ({ variant, size, className, children, ...attributes }: ButtonLinkProps) => (
  <a className={buttonClass({ variant, size }, className)} {...attributes}>
    {children}
  </a>
);
