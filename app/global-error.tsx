'use client';

import { Problem } from '@/components/layout/problem';
import { ButtonLink } from '@/components/ui/button';
import './globals.css';

export default function GlobalError({ error }: { error: Error & { digest?: string } }) {
  return (
    <html lang="en">
      <body>
        <title>Something went wrong</title>
        <Problem
          title="Something went wrong"
          reference={error.digest}
          action={<ButtonLink href="/">Try again</ButtonLink>}
        >
          The service could not show any page. Try again in a minute; if it stays like this, tell the people who run it
          and give them the reference.
        </Problem>
      </body>
    </html>
  );
}
