'use client';

import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react';

const AnnounceContext = createContext<((text: string) => void) | null>(null);

/** Says what happened where the button that did it may be gone; nothing where nobody listens. */
export const useAnnounce = () => useContext(AnnounceContext);

/** One place of a page that speaks. It takes the focus, because what had it is often gone with what was done. */
export function Announcements({ children }: { children: ReactNode }) {
  const [said, say] = useState<{ text: string }>();
  const voice = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (said) voice.current?.focus();
  }, [said]);

  return (
    <AnnounceContext value={(text) => say({ text })}>
      <div ref={voice} role="status" tabIndex={-1} className="rounded-control">
        {said?.text && (
          <p className="mb-5 rounded-control border border-good/35 bg-good-soft px-4 py-3 text-sm font-medium">
            {said.text}
          </p>
        )}
      </div>
      {children}
    </AnnounceContext>
  );
}
