import { z } from 'zod';
import { type FieldKey, fieldError, message } from '@/lib/messages';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
/** What browsers and systems do something with by themselves, so that none of them is an app's own. */
const TAKEN =
  /^(about|blob|chrome|data|file|filesystem|ftp|intent|jar|javascript|mailto|resource|sms|tel|urn|vbscript|view-source|wss?):$/;
/** Ranges for networks of one's own (RFC 1918, RFC 3927, RFC 6598, RFC 4193), and names that no public DNS knows. */
const PRIVATE =
  /^(10\.|172\.(1[6-9]|2\d|3[01])\.|192\.168\.|169\.254\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)[\d.]+$|^\[f([cd]|e[89ab])[^\]]*\]$|^[a-z0-9-]+$|\.(local|lan|internal|home|localdomain|home\.arpa)$/;

/** Whether an address is by http in a network of one's own, which has to be allowed for its app; asked of refused ones too. */
export const isPrivateHttp = (uri: string) => {
  if (!URL.canParse(uri)) return false;
  const { protocol, hostname } = new URL(uri);
  return protocol === 'http:' && !LOOPBACK.has(hostname) && PRIVATE.test(hostname);
};

/** Whether an address has a scheme that is an app's own (RFC 8252 §7.1). */
export const isOwnScheme = (uri: string) => !/^https?:/i.test(uri);

/** Why an address cannot be one to send people back to; nothing when it can (RFC 9700 §2.1 and §4.1). */
function problemOf(uri: string): FieldKey | undefined {
  if (uri.length > 2000 || /[\s*\\]/.test(uri) || !URL.canParse(uri)) return 'uri_not_whole';
  const { protocol, hostname, username, password } = new URL(uri);
  if (uri.includes('#')) return 'uri_fragment';
  if (username || password) return 'uri_user_name';
  if (isOwnScheme(uri)) return ownSchemeProblem(uri, protocol);
  if (!/^https?:\/\/[^/?@]+/i.test(uri)) return 'uri_not_whole';
  if (protocol === 'https:' || LOOPBACK.has(hostname) || isPrivateHttp(uri)) return undefined;
  return 'uri_scheme';
}

/** A domain in reverse is what keeps two apps from claiming the same; many that people use have one word all the same. */
const ownSchemeProblem = (uri: string, protocol: string) =>
  !TAKEN.test(protocol) && (protocol.includes('.') || /^[^:]+:\/\/./.test(uri)) ? undefined : 'uri_own_scheme';

/**
 * An address as browsers write it: scheme and host in small letters, the host in ASCII, no port that goes without
 * saying. Path and query stay as they are, because they are compared character by character.
 */
function normalizedUri(uri: string) {
  if (isOwnScheme(uri)) return uri.replace(/^[^:]+/, (scheme) => scheme.toLowerCase());
  const [, authority, path = ''] = /^https?:\/\/([^/?]+)(.*)$/i.exec(uri)!;
  const { protocol, host } = new URL(`${new URL(uri).protocol}//${authority}`);
  return `${protocol}//${host}${path.replace(/[^\0-\x7f]+/g, encodeURIComponent)}`;
}

/** Addresses to send people to; each counts once. */
export const addresses = z
  .array(z.string().trim().max(20_000))
  .default([])
  .transform((uris, context) => {
    if (uris.length > 50) context.addIssue(message('fields.too_many_uris'));
    const normalized = uris.flatMap((uri) => {
      const problem = problemOf(uri);
      if (problem) context.addIssue(message(`fields.${problem}`, { uri: uri.slice(0, 80) }));
      return problem ? [] : [normalizedUri(uri)];
    });
    return [...new Set(normalized)];
  });

/** Where an app is told that a session has ended. */
export const logoutAddress = z
  .string()
  .trim()
  .max(2000)
  // http: only what the operator's list allows is ever fetched that way.
  .refine((uri) => /^https?:/.test(uri) && !problemOf(uri.replace(/^http:/, 'https:')), {
    error: fieldError('https_uri').error,
  })
  .nullable()
  .default(null);
