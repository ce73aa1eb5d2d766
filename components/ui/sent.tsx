'use client';

import { createContext, type ReactNode, useContext } from 'react';

const SentContext = createContext<Record<string, string>>({});

/** What a form was answered with, for those that are shown in its place. */
export function SentData({ value, children }: { value: Record<string, string>; children: ReactNode }) {
  return <SentContext value={value}>{children}</SentContext>;
}

/** The address that a form has sent something to, and that it was sent once more. */
export function SentTo() {
  const { email, again } = useContext(SentContext);
  return (
    <>
      {again && 'Sent once more. '}
      To <b className="font-medium break-words">{email}</b>.
    </>
  );
}
