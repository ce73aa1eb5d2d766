import Provider, { errors, type KoaContextWithOIDC } from 'oidc-provider';
import { MINUTES, SECONDS } from '@/lib/time';

type Client = InstanceType<Provider['Client']>;

/**
 * A client authenticates by its registered method: its secret in the header or in the form. A client that was registered
 * before this was enforced may use either, until an administrator ends that.
 */
export function isSentAsRegistered({ clientAuthMethod, secret_either_way }: Client) {
  const form = (Provider.ctx as KoaContextWithOIDC | undefined)?.oidc.params?.client_secret;
  return secret_either_way === true || (clientAuthMethod === 'client_secret_post') === Boolean(form);
}

/** What an assertion may live, and by how much a client's clock may be ahead of ours. */
const LONGEST = 10 * MINUTES;
const SKEW = 15 * SECONDS;

/** An assertion of a client's key is good for a short time, and here alone (RFC 7523 §3, RFC 9700 §2.5). */
export async function checkAssertion({ oidc }: KoaContextWithOIDC, { aud, exp, iat }: Record<string, unknown>) {
  const ours = oidc.clientJwtAuthExpectedAudience();
  if (![aud].flat().every((one) => ours.has(one as string)))
    throw new errors.InvalidClientAuth('audience (aud) must name this issuer and nobody else');
  const now = Math.floor(Date.now() / 1000);
  const begins = typeof iat === 'number' ? Math.min(iat, now + SKEW) : now + SKEW;
  if (!(Number(exp) - begins <= LONGEST))
    throw new errors.InvalidClientAuth('a client_assertion must expire within ten minutes');
}
