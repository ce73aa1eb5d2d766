'use client';

import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react';

const AnnounceContext = createContext<((text: string) => void) | null>(null);

/** Says what happened where the button that did it may be gone; nothing where nobody listens. */
export const useAnnounce = () => useContext(AnnounceContext);

/** One place of a page that speaks. It takes the focus, because what had it is often gone with what was done. */
export function Announcements({ children }: { children: ReactNode }) {
  const [announcement, announce] = useState<{ text: string }>();
  const voice = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (announcement) voice.current?.focus();
  }, [announcement]);

  return (
    <AnnounceContext value={(text) => announce({ text })}>
      <div ref={voice} role="status" tabIndex={-1} className="rounded-control">
        {announcement?.text && (
          <p className="mb-5 rounded-control border border-good/35 bg-good-soft px-4 py-3 text-sm font-medium">
            {announcement.text}
          </p>
        )}
      </div>
      {children}
    </AnnounceContext>
  );
}
