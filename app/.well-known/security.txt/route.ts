import { config } from '@/lib/config';
import { whenReady } from '@/lib/front-door';
import { DAYS, fromNow } from '@/lib/time';

/** Whom to tell of a weakness (RFC 9116), only where the configuration names a contact. */
export const GET = whenReady(() => {
  if (!config.securityContact) return new Response('Not found\n', { status: 404 });
  const lines = [
    `Contact: ${config.securityContact}`,
    `Expires: ${fromNow(180 * DAYS).toISOString()}`,
    'Preferred-Languages: en',
    `Canonical: ${config.publicUrl}/.well-known/security.txt`,
  ];
  return new Response(`${lines.join('\n')}\n`, { headers: { 'content-type': 'text/plain; charset=utf-8' } });
});

export const dynamic = 'force-dynamic';
