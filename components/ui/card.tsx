import type { ReactNode } from 'react';

type CardProps = { title?: ReactNode; text?: ReactNode; action?: ReactNode; children?: ReactNode; id?: string };

/** A section with a heading of its own; the heading names it for screen readers. */
export function Card({ title, text, action, children, id }: CardProps) {
  const heading = id ? `${id}-title` : undefined;
  return (
    <section id={id} aria-labelledby={heading} className="rounded-card border border-line bg-surface shadow-card">
      {(title || action) && (
        <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 px-5 pt-5 sm:px-6">
          <div className="min-w-0">
            <h2 id={heading} className="text-lg font-semibold">
              {title}
            </h2>
            {text && <p className="mt-1 max-w-prose text-sm text-muted">{text}</p>}
          </div>
          {action}
        </header>
      )}
      <div className="px-5 py-5 sm:px-6">{children}</div>
    </section>
  );
}
