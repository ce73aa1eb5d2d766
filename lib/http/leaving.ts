import { config } from '@/lib/config';
import { isSigned, sign } from '@/lib/crypto';
import { seeOther } from '@/lib/see-other';

const PURPOSE = 'leaving';

/**
 * Redirects after a form. An address that may lead to another site goes through the page `/leaving`, because
 * `form-action 'self'` blocks a form whose redirects end at another site (decision 46).
 */
export function navigateTo(address: string): never {
  const to = address.startsWith(`${config.publicUrl}/`) ? address.slice(config.publicUrl.length) : address;
  seeOther(staysHere(to) ? to : `/leaving?${new URLSearchParams({ to, signature: sign(PURPOSE, to) })}`);
}

/** The target of `/leaving`, where `navigateTo` has signed it: so the page is no open redirect. */
export const leavingTo = (to: string, signature: string) => (isSigned(PURPOSE, to, signature) ? to : undefined);

const staysHere = (to: string) => /^\/(?!\/)/.test(to) && !/^\/(interaction|oidc)\//.test(to);
