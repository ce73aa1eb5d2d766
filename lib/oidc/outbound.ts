import { lookup } from 'node:dns';
import { request as plain } from 'node:http';
import { type RequestOptions, request as secure } from 'node:https';
import ipaddr from 'ipaddr.js';
import { config } from '@/lib/config';

const TIMEOUT = 3_000;
const MOST = 64 * 1024;

type Address = { address: string; family: number };

/**
 * Fetches what a client's registration names (requirement H19): https only, no redirects, three seconds, 64 KB, and only
 * addresses of the public internet or of the operator's list. The address is checked where the connection is made, so
 * that a name cannot mean another one a moment later.
 */
export async function guardedFetch(input: string | URL | Request, init: RequestInit = {}): Promise<Response> {
  const url = new URL(input instanceof Request ? input.url : input);
  const named = config.privateClients.includes(url.host) || config.privateClients.includes(url.hostname);
  if (url.protocol !== 'https:' && !named) throw refused(`${url.origin} is not https`);

  const headers = Object.fromEntries(new Headers(init.headers));
  const body = init.body === undefined || init.body === null ? undefined : String(init.body);
  const options: RequestOptions = {
    method: init.method ?? 'GET',
    headers: { ...headers, ...(body && { 'content-length': Buffer.byteLength(body) }) },
    lookup: (hostname, wanted, done) =>
      lookup(hostname, { ...wanted, all: true }, (error, resolved) => {
        const addresses = error ? [] : (resolved as Address[]).filter(({ address }) => named || isReachable(address));
        const first = addresses[0];
        if (!first) done(error ?? refused(`${hostname} has no address that may be reached`), '', 0);
        else if (wanted.all) (done as unknown as (error: null, all: Address[]) => void)(null, addresses);
        else done(null, first.address, first.family);
      }),
    signal: AbortSignal.timeout(TIMEOUT),
  };
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  if (ipaddr.isValid(literal) && !named && !isReachable(literal)) throw refused(`${url.hostname} may not be reached`);
  return send(url, options, body);
}

/** The code of a refused address, to distinguish it from an app that does not answer. */
export const REFUSED = 'ADDRESS_NOT_ALLOWED';
const refused = (message: string) => Object.assign(new Error(message), { code: REFUSED });

/** The global unicast range of IPv6 (RFC 4291 §2.4); addresses that embed IPv4 lie outside it, but for the following. */
const GLOBAL: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3];
/** Addresses that name a machine by its IPv4 address in their second half (ISATAP, RFC 5214 §6.1). */
const isIsatap = ({ parts }: ipaddr.IPv6) => (parts[4]! & ~0x0300) === 0 && parts[5] === 0x5efe;

function isPublic(address: ipaddr.IPv4 | ipaddr.IPv6) {
  if (address.range() !== 'unicast') return false;
  return address instanceof ipaddr.IPv4 || (address.match(GLOBAL) && !isIsatap(address));
}

/** Public, or in a range that the operator allows. */
export function isReachable(text: string) {
  const address = ipaddr.process(text);
  if (isPublic(address)) return true;
  return config.privateClients.some((range) => {
    if (!ipaddr.isValidCIDR(range)) return false;
    const [base, bits] = ipaddr.parseCIDR(range);
    return base.kind() === address.kind() && address.match(base, bits);
  });
}

function send(url: URL, options: RequestOptions, body: string | undefined) {
  return new Promise<Response>((resolve, reject) => {
    const sent = (url.protocol === 'https:' ? secure : plain)(url, options, (answer) => {
      const chunks: Buffer[] = [];
      let length = 0;
      answer.on('data', (chunk: Buffer) => {
        length += chunk.length;
        chunks.push(chunk);
        if (length > MOST) sent.destroy(new Error(`${url.origin} answers with more than ${MOST} bytes`));
      });
      answer.on('end', () => {
        const status = answer.statusCode ?? 502;
        const empty = [204, 205, 304].includes(status);
        resolve(new Response(empty ? null : Buffer.concat(chunks), { status }));
      });
      // A connection that is cut in the middle of an answer ends in neither of the above.
      answer.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
