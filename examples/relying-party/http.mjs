// The little of HTTP that the app needs: cookies, a form, and answers with their headers.
import { address, client } from './settings.mjs';

const https = address.startsWith('https:');

/** HttpOnly: no script reads it. Lax: other sites' forms do not carry it. `__Host-`: no subdomain can set it. */
const nameOf = (name) => `${https ? '__Host-' : ''}example-${name}`;
export function cookie(name, value) {
  const end = value === '' ? '; Max-Age=0' : '';
  return `${nameOf(name)}=${value}; Path=/; HttpOnly; SameSite=Lax${https ? '; Secure' : ''}${end}`;
}

export function readCookie(request, name) {
  const pairs = (request.headers.cookie ?? '').split('; ');
  return pairs.find((pair) => pair.startsWith(`${nameOf(name)}=`))?.slice(nameOf(name).length + 1);
}

/** A form that was sent, or nothing if it is longer than any honest one. */
export async function readForm(request) {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
    if (text.length > 20_000) return undefined;
  }
  return new URLSearchParams(text);
}

/** A form of ours, and not one of another site that makes a visitor's browser send it. */
export const isOurs = (request) => request.headers.origin === address;

const headers = {
  // Nothing runs and nothing is loaded from elsewhere. Forms go here, and on to Latchkey when signing out.
  'Content-Security-Policy': `default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' ${client.issuer.origin}; frame-ancestors 'none'; base-uri 'none'`,
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
};

export function send(response, status, type, body, more = {}) {
  response.writeHead(status, { ...headers, 'Content-Type': type, ...more }).end(body);
}

export const sendPage = (response, page, status = 200, more = {}) =>
  send(response, status, 'text/html; charset=utf-8', page, more);

/** See Other: whatever the request was, the next one is a GET (RFC 9110 §15.4.4). */
export const redirect = (response, to, ...cookies) =>
  response.writeHead(303, { ...headers, Location: String(to), 'Set-Cookie': cookies }).end();
