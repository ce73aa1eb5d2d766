import type { ReactNode } from 'react';

/** A link in running text. */
export const TextLink = ({ href, children }: { href: string; children: ReactNode }) => (
  <a className="link" href={href}>
    {children}
  </a>
);
