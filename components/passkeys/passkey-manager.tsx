'use client';

import { useRouter } from 'next/navigation';
import { createContext, type ReactNode, useContext, useMemo, useRef, useState } from 'react';

type Manager = {
  /** Says what happened and shows the list as it is now. */
  announce: (text: string) => void;
  /** Where to go when the button that had the focus is gone. */
  takeFocus: () => void;
  /** The passkey made a moment ago, whose name is still only proposed. */
  fresh?: string;
  setFresh: (id?: string) => void;
};

const ManagerContext = createContext<Manager | null>(null);

export function usePasskeyManager() {
  const value = useContext(ManagerContext);
  if (!value) throw new Error('usePasskeyManager needs a <PasskeyManager> around it');
  return value;
}

/** What the buttons of the list share: one place that speaks. */
export function PasskeyManager({ children }: { children: ReactNode }) {
  const router = useRouter();
  const [announcement, setAnnouncement] = useState('');
  const [fresh, setFresh] = useState<string>();
  const voice = useRef<HTMLDivElement>(null);

  const manager = useMemo(
    () => ({
      fresh,
      setFresh,
      announce: (text: string) => {
        setAnnouncement(text);
        router.refresh();
      },
      takeFocus: () => voice.current?.focus({ preventScroll: true }),
    }),
    [fresh, router],
  );

  return (
    <ManagerContext value={manager}>
      <div ref={voice} role="status" tabIndex={-1} className="rounded-control">
        {announcement && (
          <p className="mb-5 rounded-control border border-good/35 bg-good-soft px-4 py-3 text-sm font-medium">
            {announcement}
          </p>
        )}
      </div>
      {children}
    </ManagerContext>
  );
}
