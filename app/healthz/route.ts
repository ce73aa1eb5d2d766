/** The process is alive; says nothing about the database, so that an outage there restarts nobody. */
export const GET = () => new Response('ok\n', { headers: { 'cache-control': 'no-store' } });

export const dynamic = 'force-dynamic';
