import { config } from '@/lib/config';
import { isSigned, sign } from '@/lib/crypto';
import { seeOther } from '@/lib/see-other';

const PURPOSE = 'leaving';

/**
 * Where a form is done, goes on to another page. What may end at another site goes by a page that leaves by itself,
 * because `form-action 'self'` stops a form whose redirects get there (decision 46).
 */
export function navigateTo(address: string): never {
  const to = address.startsWith(`${config.publicUrl}/`) ? address.slice(config.publicUrl.length) : address;
  seeOther(staysHere(to) ? to : `/leaving?${new URLSearchParams({ to, proof: sign(PURPOSE, to) })}`);
}

/** Where the page that leaves goes: only where `navigateTo` sent it, so that its address sends nobody elsewhere. */
export const leavingTo = (to: string, signature: string) => (isSigned(PURPOSE, to, signature) ? to : undefined);

const staysHere = (to: string) => /^\/(?!\/)/.test(to) && !/^\/(interaction|oidc)\//.test(to);
