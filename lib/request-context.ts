import { randomUUID } from 'node:crypto';
import Bowser from 'bowser';
import ipaddr from 'ipaddr.js';
import { headers } from 'next/headers';
import { config } from '@/lib/config';
import { lazy } from '@/lib/lazy';
import { log } from '@/lib/log';

/** Who is asking: the true address, the browser's own words about itself, and the number of this request. */
export type RequestContext = { address: string; browser: string; requestId: string };

/** A job that the process does by itself: nobody asks. */
export const jobContext = (job: string): RequestContext => ({ address: '', browser: '', requestId: job });

/**
 * Carries the socket's address; stamped by `lib/front-door`. Its name is drawn anew by every process, so that nobody can
 * send it where the stamp is missing.
 */
export const PEER_HEADER = peerHeader();
export const REQUEST_ID_HEADER = 'x-request-id';

/** Carries the path that was asked for, so that signing in can lead back to it; set by `middleware.ts`. */
export const PATH_HEADER = 'x-latchkey-path';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Tells who is asking. The request id is ours to give; `documentRequestId` is the one that the middleware made for a page. */
export function requestContextFrom(headers: Headers, documentRequestId?: string | null): RequestContext {
  const requestId = documentRequestId && uuid.test(documentRequestId) ? documentRequestId : randomUUID();
  const browser = (headers.get('user-agent') ?? '').replace(/[\p{Cc}\p{Cs}]/gu, ' ').slice(0, 256);
  return { address: clientAddress(headers), browser, requestId };
}

/** Who asks for the page being rendered. */
export async function pageRequestContext() {
  const sent = await headers();
  return requestContextFrom(sent, sent.get(REQUEST_ID_HEADER));
}

/**
 * The nearest address that is not a proxy of ours, walking `X-Forwarded-For` from the right; canonical (RFC 5952). A
 * platform that calls functions is the peer itself and writes that header anew, so its last entry is where it was asked from.
 */
function clientAddress(headers: Headers) {
  const peer = readAddress(headers.get(PEER_HEADER) ?? '');
  if (!peer && !config.functions) return 'unknown';
  const hops = (headers.get('x-forwarded-for') ?? '').split(',').map((hop) => hop.trim());
  let nearest = peer;
  for (const hop of hops.filter(Boolean).reverse()) {
    if (nearest && !isTrustedProxy(nearest)) break;
    const address = readAddress(hop);
    if (!address) return unreadable(hop);
    nearest = address;
  }
  return nearest?.toString() ?? 'unknown';
}

type Address = ReturnType<typeof ipaddr.process>;

let latest: { text: string; address: Address | undefined } | undefined;

/** An address as proxies write it; a request asks for the same one several times. */
function readAddress(text: string) {
  if (latest?.text !== text) latest = { text, address: parseAddress(text) };
  return latest.address;
}

/** Plain, or in brackets or quotes, and with a port (RFC 7239 §6). */
function parseAddress(text: string): Address | undefined {
  const plain = text.replace(/^"(.*)"$/, '$1').replace(/^(?:\[(.*)\]|([\d.]+))(?::\d{1,5})?$/, '$1$2');
  const valid = ipaddr.IPv4.isValidFourPartDecimal(plain) || ipaddr.IPv6.isValid(plain);
  return valid ? ipaddr.process(plain) : undefined;
}

/** Which warnings this process has given; once is enough. */
const warnings = lazy('requester-warnings', () => new Set<string>());

/**
 * What a proxy of ours wrote in the place of an address is counted and shown as it stands: as the proxy's own address it
 * would make one visitor of all.
 */
function unreadable(hop: string) {
  const shown = `unreadable: ${hop.replace(/[^\x21-\x7e]/g, '?').slice(0, 64)}`;
  if (!warnings().has('forwarded')) log.warn({ forwarded: shown }, 'a proxy sends X-Forwarded-For that cannot be read');
  warnings().add('forwarded');
  return shown;
}

/** Tells whether a connection comes from a proxy of ours. */
export function isTrustedPeer(peer: string) {
  const address = readAddress(peer);
  return address !== undefined && isTrustedProxy(address);
}

/** Tells whether a connection comes from this machine, also where IPv4 is written as IPv6. */
export const isLoopback = (peer: string) => readAddress(peer)?.range() === 'loopback';

function isTrustedProxy(address: Address) {
  return config.trustedProxies.some((proxy) => {
    if (proxy === 'loopback') return address.range() === 'loopback';
    if (proxy === 'private') return ['private', 'uniqueLocal', 'linkLocal'].includes(address.range());
    const [range, bits] = ipaddr.parseCIDR(proxy);
    return range.kind() === address.kind() && address.match(range, bits);
  });
}

/** Whether a text is an address, or a network in CIDR notation; IPv4 in four parts, and never written as IPv6. */
export function isAddressRange(text: string) {
  // No zone (RFC 4007), which no address of a request has, and no zeros before a number of bits.
  if (!/^[\da-f.:]+(\/(0|[1-9]\d*))?$/i.test(text)) return false;
  const [address = '', bits] = text.split('/', 2);
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) return bits === undefined || ipaddr.IPv4.isValidCIDR(text);
  if (!ipaddr.IPv6.isValid(address) || ipaddr.IPv6.parse(address).isIPv4MappedAddress()) return false;
  return bits === undefined || ipaddr.IPv6.isValidCIDR(text);
}

/** Whether an address is this one, or in this network (CIDR). */
export function isAddressIn(address: string, range: string) {
  if (!ipaddr.isValid(address)) return false;
  const [network, bits] = ipaddr.isValidCIDR(range) ? ipaddr.parseCIDR(range) : [ipaddr.process(range), undefined];
  const parsed = ipaddr.process(address);
  if (parsed.kind() !== network.kind()) return false;
  return parsed.match(network, bits ?? (network.kind() === 'ipv4' ? 32 : 128));
}

/** The unit that limits count: an IPv4 address, or the /64 that an IPv6 host commands whole. */
export function addressGroup(address: string) {
  const parsed = readAddress(address);
  if (!parsed) return address;
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  return `${parsed.parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')}::/64`;
}

/** A browser in words, such as "Chrome on macOS". */
export function describeBrowser(userAgent: string) {
  if (!userAgent) return 'Unknown browser';
  const { browser, os } = Bowser.parse(userAgent);
  return [browser.name || 'Unknown browser', os.name && `on ${os.name}`].filter(Boolean).join(' ');
}

function peerHeader() {
  const globals = globalThis as Record<symbol, unknown>;
  const key = Symbol.for('latchkey.peer-header');
  globals[key] ??= `x-latchkey-peer-${randomUUID()}`;
  return globals[key] as string;
}
