import { config } from '@/lib/config';
import { log } from '@/lib/log';
import { message } from '@/lib/messages';
import { recordDenied } from '@/lib/rate-limits';
import { REQUEST_ID_HEADER, requestContextFrom } from '@/lib/request-context';

/**
 * Answers a form whose `Origin` is not ours, which `middleware.ts` leads here: Next.js would throw before any code of
 * ours. Plain text without a charset is what its script hands on to the form.
 */
export async function refuseForeignForm({ headers }: Request) {
  const context = requestContextFrom(headers);
  await recordDenied({ type: 'csrf.blocked' }, context).catch((error) =>
    log.error({ err: error, requestId: context.requestId }, 'a refusal could not be written down'),
  );
  return new Response(`${message('forms.sent_from_elsewhere')} Open ${config.publicUrl} and send it there.\n`, {
    status: 403,
    headers: { 'content-type': 'text/plain', 'cache-control': 'no-store', [REQUEST_ID_HEADER]: context.requestId },
  });
}
