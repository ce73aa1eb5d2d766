import type { ReactNode } from 'react';

const tones = {
  neutral: 'border-line bg-inset text-ink',
  accent: 'border-accent-ink/25 bg-accent-soft text-accent-ink',
  good: 'border-good/25 bg-good-soft text-good',
  caution: 'border-caution/30 bg-caution-soft text-caution',
  danger: 'border-danger/30 bg-danger-soft text-danger',
} as const;

export const Badge = ({ tone = 'neutral', children }: { tone?: keyof typeof tones; children: ReactNode }) => (
  <span
    className={`inline-flex min-h-6 items-center gap-1 rounded-full border px-2 text-xs font-medium ${tones[tone]}`}
  >
    {children}
  </span>
);
