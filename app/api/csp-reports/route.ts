import { methods } from '@/lib/http';
import { log } from '@/lib/log';
import { takeAttempt } from '@/lib/rate-limits';
import { requesterFrom } from '@/lib/requester';

const LONGEST = 4_000;

/** Takes what a browser reports about a blocked script: limited, cut short, and logged as text only. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: async (request) => {
    const by = requesterFrom(request.headers);
    const attempt = await takeAttempt('manage', by);
    const length = Number(request.headers.get('content-length') ?? LONGEST + 1);
    if (attempt.ok && length <= LONGEST) log.warn({ report: await request.text(), address: by.address }, 'csp report');
    return new Response(null, { status: 204 });
  },
});
