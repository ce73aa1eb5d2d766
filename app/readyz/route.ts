import { isReady } from '@/lib/jobs';

/** This instance can serve: the database answers, has every migration and keys to sign with. No detail for the public (requirement N1). */
export async function GET() {
  const ready = await isReady();
  return new Response(ready ? 'ready\n' : 'not ready\n', {
    status: ready ? 200 : 503,
    headers: { 'cache-control': 'no-store' },
  });
}

export const dynamic = 'force-dynamic';
