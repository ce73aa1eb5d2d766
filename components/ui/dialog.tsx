'use client';

import { type ReactNode, useEffect, useId, useRef } from 'react';

type DialogProps = { open: boolean; onClose: () => void; title: string; children: ReactNode };

/** The browser's own modal: it traps focus, closes on Esc and gives focus back to where it was. */
export function Dialog({ open, onClose, title, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const heading = useId();

  useEffect(() => {
    const dialog = ref.current;
    if (!dialog || !open) return;
    dialog.showModal();
    return () => dialog.close();
  }, [open]);

  return (
    <dialog
      ref={ref}
      aria-labelledby={heading}
      onClose={() => open && onClose()}
      className="m-auto w-[min(28rem,calc(100vw-2rem))] rounded-card border border-line bg-surface p-0 shadow-float"
    >
      {open && (
        <div className="p-5 sm:p-6">
          <h2 id={heading} className="text-lg font-semibold">
            {title}
          </h2>
          {children}
        </div>
      )}
    </dialog>
  );
}

export function DialogButtons({ children }: { children: ReactNode }) {
  return <div className="mt-6 flex flex-wrap justify-end gap-2">{children}</div>;
}
