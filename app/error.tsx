'use client';

import { Problem } from '@/components/layout/problem';
import { Button, ButtonLink } from '@/components/ui/button';

export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <Problem
      title="Something went wrong"
      reference={error.digest}
      action={
        <>
          <Button variant="primary" onClick={reset}>
            Retry
          </Button>
          <ButtonLink href="/">Go to the start</ButtonLink>
        </>
      }
    >
      The page could not be shown. It is our fault, and it has been written down. Try again; if it stays like this, tell
      the people who run this service and give them the reference.
    </Problem>
  );
}
