import { config } from '@/lib/config';
import { whenReady } from '@/lib/front-door';

/** Related origins (WebAuthn §5.11), only where the configuration names an origin outside the RP ID. */
export const GET = whenReady(() => {
  const { rpId } = config.webauthn;
  const origins = config.webauthn.origins.filter((origin) => origin.startsWith('http'));
  const related = origins.filter((origin) => !`.${new URL(origin).hostname}`.endsWith(`.${rpId}`));
  return related.length ? Response.json({ origins }) : new Response('Not found\n', { status: 404 });
});

export const dynamic = 'force-dynamic';
