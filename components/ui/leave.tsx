'use client';

import { useEffect } from 'react';

/**
 * Leaves for another site. Not by answering a form with a redirect: `form-action 'self'` makes Chromium stop there.
 * Without a script the refresh does it, and only then: the way is good for one visit. The link says where it goes.
 */
export function Leave({ to, name }: { to: string; name: string }) {
  useEffect(() => location.replace(to), [to]);
  return (
    <div role="status">
      <noscript>
        <meta httpEquiv="refresh" content={`0;url=${to}`} />
      </noscript>
      <p>
        Going on to{' '}
        <a className="link" href={to}>
          {name}
        </a>
        …
      </p>
    </div>
  );
}
