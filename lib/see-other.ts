import { redirect } from 'next/navigation';

/**
 * Sends the browser on with 303. Next gives a page's redirect 307, and where the page was the answer to a form, that
 * makes the browser send the form once more, to an address that knows nothing of it (RFC 9110 §15.4.4).
 */
export function seeOther(path: string): never {
  try {
    redirect(path);
  } catch (error) {
    const { digest } = error as { digest?: string };
    throw Object.assign(error as Error, { digest: digest?.replace(/;307;$/, ';303;') });
  }
}
