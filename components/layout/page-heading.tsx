import type { ReactNode } from 'react';

type PageHeadingProps = { title: string; children?: ReactNode; action?: ReactNode };

export const PageHeading = ({ title, children, action }: PageHeadingProps) => (
  <div className="mb-7 flex flex-wrap items-start justify-between gap-x-6 gap-y-4">
    <div className="min-w-0">
      <h1 className="text-2xl font-semibold tracking-tight sm:text-[1.75rem]">{title}</h1>
      {children && <div className="mt-1.5 max-w-prose text-muted">{children}</div>}
    </div>
    {action}
  </div>
);
