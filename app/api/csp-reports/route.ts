import { z } from 'zod';
import { jsonRoute, methods, readJson, refusal } from '@/lib/http';
import { log } from '@/lib/log';

const text = z.string().max(4_000);
const report = z.object({
  'csp-report': z.object({ 'effective-directive': text, 'blocked-uri': text, 'document-uri': text }),
});

/** Logs what a browser blocked. Of the addresses only their beginnings, because paths hold links that work once. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: jsonRoute({ access: 'anyone', limit: 'manage' }, async ({ request, context }) => {
    const sent = await readJson(request, report, { type: 'application/csp-report' });
    if (!sent.ok) return refusal(sent.error);

    const { 'effective-directive': directive, 'blocked-uri': blocked, 'document-uri': page } = sent.value['csp-report'];
    const { requestId, address } = context;
    log.warn(
      { directive: directive.slice(0, 64), blocked: originOf(blocked), page: pageOf(page), requestId, address },
      'csp report',
    );
    return new Response(null, { status: 204 });
  }),
});

/** An origin, or the word that browsers put there, such as `inline`. */
const originOf = (uri: string) => (URL.canParse(uri) ? new URL(uri).origin : uri.slice(0, 16));

const pageOf = (uri: string) => (URL.canParse(uri) ? `/${new URL(uri).pathname.split('/')[1]?.slice(0, 32)}` : '');
