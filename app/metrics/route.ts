import { whenReady } from '@/lib/front-door';
import { readMetrics } from '@/lib/metrics';

/** Counters for Prometheus, behind `METRICS_TOKEN`; without it there is no such page. */
export const GET = whenReady(async (request) => {
  const metrics = await readMetrics(request.headers.get('authorization'));
  const headers = { 'cache-control': 'no-store' };
  if (!metrics) return new Response('Not found\n', { status: 404, headers });
  return new Response(metrics.text, { headers: { ...headers, 'content-type': metrics.type } });
});

export const dynamic = 'force-dynamic';
