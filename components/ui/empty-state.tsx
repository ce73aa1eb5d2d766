import type { ReactNode } from 'react';

type EmptyStateProps = { icon?: ReactNode; title: string; children?: ReactNode; action?: ReactNode };

export const EmptyState = ({ icon, title, children, action }: EmptyStateProps) => (
  <div className="flex flex-col items-center rounded-card border border-dashed border-edge/60 px-6 py-12 text-center">
    {icon && <div className="mb-4 text-accent-ink">{icon}</div>}
    <h2 className="text-lg font-semibold">{title}</h2>
    {children && <div className="mt-1.5 max-w-md text-sm text-muted">{children}</div>}
    {action && <div className="mt-6">{action}</div>}
  </div>
);
