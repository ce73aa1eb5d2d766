import { createHmac, timingSafeEqual } from 'node:crypto';
import { config } from '@/lib/config';
import { deriveKeys } from '@/lib/crypto';
import { seeOther } from '@/lib/see-other';

/**
 * Where a form is done, goes on to another page. What may end at another site goes by a page that leaves by itself,
 * because `form-action 'self'` stops a form whose redirects get there (decision 46).
 */
export function goOn(address: string): never {
  const to = address.startsWith(`${config.publicUrl}/`) ? address.slice(config.publicUrl.length) : address;
  seeOther(staysHere(to) ? to : `/leaving?${new URLSearchParams({ to, proof: proofsOf(to)[0]! })}`);
}

/** Where the page that leaves goes: only where `goOn` sent it, so that its address sends nobody elsewhere. */
export function leavingTo(to: string, proof: string) {
  const given = Buffer.from(proof);
  const isOurs = proofsOf(to).some((text) => text.length === given.length && timingSafeEqual(Buffer.from(text), given));
  return isOurs ? to : undefined;
}

const staysHere = (to: string) => /^\/(?!\/)/.test(to) && !/^\/(interaction|oidc)\//.test(to);

/** By every secret; the first one signs. */
const proofsOf = (to: string) =>
  deriveKeys('leaving').map((key) => createHmac('sha256', key).update(to).digest('base64url'));
