import { readiness } from '@/lib/jobs';

/** This instance can serve: the database answers, has every migration and keys to sign with. No detail for the public but the name of a migration that is missing (requirement N1). */
export async function GET() {
  const state = await readiness();
  return new Response(`${state}\n`, {
    status: state === 'ready' ? 200 : 503,
    headers: { 'cache-control': 'no-store' },
  });
}

export const dynamic = 'force-dynamic';
