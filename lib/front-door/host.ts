import type { IncomingMessage } from 'node:http';
import { config } from '@/lib/config';
import { bearsToken } from '@/lib/crypto';
import { isLoopback, isTrustedPeer } from '@/lib/request-context';

/**
 * Tells whether a request was meant for us. On localhost: from this machine, under our name, so that neither the
 * network nor a foreign page that calls itself by this machine's address (DNS rebinding) gets in. Elsewhere a trusted
 * proxy has judged that already; whoever comes directly must name us.
 */
export function isOurs(request: IncomingMessage) {
  const { headers, socket } = request;
  const peer = socket.remoteAddress ?? '';
  if (isForMachines(request.url, headers.authorization)) return true;
  if (config.local) return isLoopback(peer) && isAllowed(headers.host);
  return isTrustedPeer(peer) || isAllowed(headers.host);
}

/** The same of a request that came through a platform, which says where from; there is no peer to judge. */
export function isMeantForUs(request: Request) {
  const { pathname } = new URL(request.url);
  const { headers } = request;
  return isForMachines(pathname, headers.get('authorization') ?? undefined) || isAllowed(headers.get('host') ?? '');
}

/** Probes and schedulers know addresses, not names; two of them show what they are by their token. */
function isForMachines(url = '', authorization: string | undefined) {
  const path = url.split('?')[0] ?? '';
  if (['/healthz', '/readyz'].includes(path)) return true;
  const token = { '/metrics': config.metricsToken, '/api/jobs': config.cronSecret }[path];
  return bearsToken(authorization ?? null, token);
}

/**
 * Makes a request one to our own address, whatever a proxy or a client wrote there: Next.js compares `Origin` with it,
 * and no address that leaves is built from anything else.
 */
export function addressToUs({ headers }: IncomingMessage) {
  const { host, scheme } = config.publicAddress;
  headers.host = host;
  headers['x-forwarded-host'] = host;
  headers['x-forwarded-proto'] = scheme;
}

/** RFC 9110 §15.5.20 */
export const misdirection = () => `Nothing is answered under this address. Open ${config.publicUrl} instead.`;

/** A host as browsers write it, without its port; anything else names nobody. */
function isAllowed(host = '') {
  const name = /^(\[[\da-f:.]+\]|[^\s:/?#@[\]\\]+)(?::\d*)?$/i.exec(host)?.[1]?.toLowerCase();
  return name !== undefined && [config.publicAddress.hostname, ...config.allowedHosts].includes(name);
}

/** A target with a host in it counts more than `Host` (RFC 9112 §3.2.2), for us and for whoever answers. */
export function withoutAuthority(request: IncomingMessage) {
  const [, authority, path] = /^https?:\/\/([^/?#]*)(.*)$/i.exec(request.url ?? '') ?? [];
  if (authority !== undefined) {
    request.headers.host = authority;
    request.url = path?.startsWith('/') ? path : `/${path ?? ''}`;
  }
  return request;
}
