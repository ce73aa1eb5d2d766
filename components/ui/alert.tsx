import type { ReactNode, Ref } from 'react';

const tones = {
  neutral: { box: 'border-line bg-inset', title: 'text-ink' },
  good: { box: 'border-good/35 bg-good-soft', title: 'text-good' },
  caution: { box: 'border-caution/40 bg-caution-soft', title: 'text-caution' },
  danger: { box: 'border-danger/40 bg-danger-soft', title: 'text-danger' },
} as const;

type AlertProps = {
  tone?: keyof typeof tones;
  title?: ReactNode;
  children?: ReactNode;
  /** `alert` interrupts, `status` waits for a pause, `note` is simply there when the page opens. */
  role?: 'alert' | 'status' | 'note';
  ref?: Ref<HTMLDivElement>;
  tabIndex?: number;
};

export function Alert({ tone = 'neutral', title, children, role, ...attributes }: AlertProps) {
  const variant = tones[tone];
  return (
    <div
      role={role ?? (tone === 'danger' ? 'alert' : 'status')}
      className={`rounded-control border px-4 py-3 text-sm ${variant.box}`}
      {...attributes}
    >
      {title && <p className={`font-semibold ${variant.title}`}>{title}</p>}
      {children && <div className={`text-ink ${title ? 'mt-0.5' : ''}`}>{children}</div>}
    </div>
  );
}
