'use client';

import { createContext, type ReactNode, useContext } from 'react';

const Shown = createContext<string | undefined>(undefined);

/** Around what shows somebody as signed in: its forms carry who that was, and act for nobody else. Empty for nobody. */
export const ShownAs = ({ id, children }: { id: string; children: ReactNode }) => (
  <Shown value={id}>
    <ShownAsMark id={id} />
    {children}
  </Shown>
);

/** The same for calls that the page's script makes. */
export const ShownAsMark = ({ id }: { id: string }) => <meta name="shown-as" content={id} />;

/** The header of such a call; none where the page takes whoever comes. */
export function shownAsHeader(): Record<string, string> {
  const mark = document.querySelector<HTMLMetaElement>('meta[name=shown-as]');
  return mark ? { 'x-latchkey-shown-as': mark.content } : {};
}

/** Who was shown, in a form. */
export function ShownAsField() {
  const id = useContext(Shown);
  return id === undefined ? null : <input type="hidden" name="shown_as" value={id} />;
}
