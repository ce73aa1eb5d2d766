'use client';

import { useRouter } from 'next/navigation';
import { useTransition } from 'react';
import { Alert } from '../ui/alert';
import { Button } from '../ui/button';

/** Where the list should be and could not be read. It is not the empty state, and nothing is signalled. */
export function PasskeysUnavailable() {
  const router = useRouter();
  const [isPending, retry] = useTransition();
  return (
    <Alert tone="danger" title="We couldn't load your passkeys">
      <p>They are safe and still work. The service just could not read the list.</p>
      <Button size="small" className="mt-3" busy={isPending} onClick={() => retry(() => router.refresh())}>
        Retry
      </Button>
    </Alert>
  );
}
