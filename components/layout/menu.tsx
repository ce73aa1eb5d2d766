'use client';

import { Menu as MenuIcon } from 'lucide-react';
import type { KeyboardEvent, ReactNode } from 'react';

/** The navigation of a narrow window, below a button that opens it without a script too. Escape closes it. */
export const Menu = ({ children }: { children: ReactNode }) => (
  <details className="-ml-2 md:hidden" onKeyDown={closeOnEscape}>
    <summary
      aria-label="Menu"
      className="grid size-10 list-none place-items-center rounded-control text-muted hover:bg-inset hover:text-ink"
    >
      <MenuIcon aria-hidden size={20} />
    </summary>
    <div className="absolute inset-x-0 top-14 max-h-[calc(100dvh-3.5rem)] space-y-6 overflow-y-auto border-b border-line bg-surface p-4 shadow-float">
      {children}
    </div>
  </details>
);

function closeOnEscape({ key, currentTarget }: KeyboardEvent<HTMLDetailsElement>) {
  if (key !== 'Escape' || !currentTarget.open) return;
  currentTarget.open = false;
  currentTarget.querySelector('summary')?.focus();
}
