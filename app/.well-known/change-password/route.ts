import { config } from '@/lib/config';
import { whenReady } from '@/lib/front-door';

/** Where password managers send people to change a password (W3C, a well-known URL for changing passwords). */
export const GET = whenReady(() => Response.redirect(`${config.publicUrl}/account/security`, 303));

export const dynamic = 'force-dynamic';
