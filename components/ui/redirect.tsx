'use client';

import { useEffect } from 'react';
import { TextLink } from './text-link';

/**
 * Leaves for where another site may be. Not by answering a form with a redirect: `form-action 'self'` makes Chromium stop
 * there. Without a script the refresh does it, and only then: the way is good for one visit.
 */
export function Redirect({ to }: { to: string }) {
  useEffect(() => location.replace(to), [to]);
  return (
    <div role="status">
      <noscript>
        <meta httpEquiv="refresh" content={`0;url=${to}`} />
      </noscript>
      <p>
        One moment… If nothing happens, <TextLink href={to}>go on from here</TextLink>.
      </p>
    </div>
  );
}
