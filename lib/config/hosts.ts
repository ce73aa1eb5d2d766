import { domainToASCII } from 'node:url';

const isLocalhost = (hostname: string) => hostname === 'localhost' || hostname.endsWith('.localhost');

/** Whether a host is this machine. */
export const isLoopback = (host: string) => isLocalhost(host) || /^127\.|^\[?::1\]?$/.test(host);

/** A domain as browsers and mail servers write it: lower case, and other letters in punycode. */
export const asDomain = (name: string) => domainToASCII(name) || name;

/** An address as browsers write its origin; one with more than an origin is returned unchanged, and is invalid. */
export function asOrigin(text: string) {
  if (!URL.canParse(text)) return text;
  const { href, origin } = new URL(text);
  return href === `${origin}/` ? origin : text;
}

export function isOrigin(text: string) {
  if (!URL.canParse(text)) return false;
  const { origin, protocol, hostname } = new URL(text);
  return origin === text && (protocol === 'https:' || (protocol === 'http:' && isLocalhost(hostname)));
}

/** What an Android app answers as: the SHA-256 of the certificate that signed it. */
export const isAndroidApp = (text: string) => /^android:apk-key-hash:[\w-]{43}$/.test(text);

const sender = /^(?<name>"[^"\r\n]*"\s*|[^"<>,;:@()\r\n]*)<(?<of>[^<>\s]+)>$/;

/** A sender with its domain as mail servers write it; nothing where it is no single address, with or without a name. */
export function asSender(text: string) {
  const { name, of } = sender.exec(text.trim())?.groups ?? { name: undefined, of: text.trim() };
  const [, local, host] = /^([\w!#$%&'*+/=?^`{|}~.-]+)@([^@\s]+)$/.exec(of ?? '') ?? [];
  const domain = host && domainToASCII(host);
  if (!local || !domain || !/^[a-z0-9.-]+$/.test(domain)) return undefined;
  return name === undefined ? `${local}@${domain}` : `${name}<${local}@${domain}>`;
}
