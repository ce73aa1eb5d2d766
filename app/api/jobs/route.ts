import { config } from '@/lib/config';
import { bearsToken } from '@/lib/crypto';
import { jsonRoute, methods, refusal } from '@/lib/http';
import { runJobs } from '@/lib/jobs';

/** What timers do elsewhere, for platforms whose processes do not live long enough for them. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: jsonRoute({ access: 'anyone', limit: 'manage' }, async ({ request }) => {
    if (!bearsToken(request.headers.get('authorization'), config.cronSecret)) return refusal('not_found');
    return Response.json(await runJobs());
  }),
});
