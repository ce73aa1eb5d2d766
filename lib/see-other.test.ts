import { unstable_rethrow } from 'next/navigation';
import { expect, test } from 'vitest';
import { seeOther } from './see-other';

test('a redirect is a 303, which never sends a form once more, and Next takes it for its own', () => {
  let thrown: unknown;
  try {
    seeOther('/sign-in?return_to=/account');
  } catch (error) {
    thrown = error;
  }
  expect((thrown as { digest: string }).digest).toMatch(/^NEXT_REDIRECT;\w+;\/sign-in\?return_to=\/account;303;$/);
  expect(() => unstable_rethrow(thrown)).toThrow();
});
