import type { Metadata } from 'next';
import { Problem } from '@/components/layout/problem';
import { ButtonLink } from '@/components/ui/button';

export const metadata: Metadata = { title: 'Page not found' };

export default function NotFound() {
  return (
    <Problem
      title="There is no such page"
      action={
        <ButtonLink look="primary" href="/">
          Go to the start
        </ButtonLink>
      }
    >
      The address may be mistyped, or the page may be for other people than you.
    </Problem>
  );
}
