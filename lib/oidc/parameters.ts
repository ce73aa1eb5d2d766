import { randomToken } from '@/lib/crypto';
import { readBytes } from '@/lib/read-bytes';
import { HOURS } from '@/lib/time';
import { claimsByScope } from './accounts';
import { adapterFor } from './adapter';

const FORM = 'application/x-www-form-urlencoded';
/** In bytes; as much as the engine itself would read. */
const LONGEST = 56 * 1024;
/** Where programs write an absence as a word; none of them can be meant. */
const NEVER_WORDS = ['id_token_hint', 'login_hint', 'logout_hint', 'post_logout_redirect_uri'];
const ABSENCE = new Set(['null', 'undefined', 'None']);

export const isForm = (request: Request) => request.headers.get('content-type')?.split(';')[0]?.trim() === FORM;

/** Takes out of a request what clients send without meaning it; the request itself where there is nothing of the kind. */
function tidied(parameters: URLSearchParams): URLSearchParams {
  const all = [...parameters].flatMap(([name, value]): [string, string][] => {
    if (NEVER_WORDS.includes(name) && ABSENCE.has(value)) return [];
    if (name !== 'scope') return [[name, value]];
    const scopes = value.split(/\s+/).filter(Boolean);
    return [[name, (renews(parameters) ? scopes.filter((one) => one in claimsByScope) : scopes).join(' ')]];
  });
  const tidy = new URLSearchParams(all);
  return tidy.toString() === parameters.toString() ? parameters : tidy;
}

/**
 * A refresh asks for what the token was given for. Clients repeat what they asked for at first, of which the engine has
 * left out what it does not know, and `offline_access`, which means nothing to an access token (RFC 6749 §3.3).
 */
const renews = (parameters: URLSearchParams) => parameters.get('grant_type') === 'refresh_token';

/** The request as the engine shall read it: with what was posted before, tidied. Nothing where its form is too long. */
export async function readable(request: Request): Promise<Request | undefined> {
  const url = new URL(request.url);
  const query = await posted(url.searchParams);
  if (query !== url.searchParams) url.search = query.toString();
  if (request.method !== 'POST' || !isForm(request)) return query === url.searchParams ? request : copy(request, url);
  const sent = await readBytes(request, LONGEST);
  if (!sent) return undefined;
  const form = new URLSearchParams(sent.toString());
  const tidy = tidied(form);
  return copy(request, url, tidy === form ? sent : tidy.toString());
}

function copy(request: Request, url: URL, body?: string | Buffer<ArrayBuffer>) {
  const headers = new Headers(request.headers);
  if (body !== undefined) headers.set('content-length', String(Buffer.byteLength(body)));
  return new Request(url, { method: request.method, headers, body });
}

const POSTED_REQUEST = 'PostedRequest';

/** Keeps a form that was posted, so that nothing of it stands in an address; the answer is the query that leads to it. */
export async function storePosted(form: string) {
  const id = randomToken();
  await adapterFor(POSTED_REQUEST).upsert(id, { form }, 1 * HOURS);
  return new URLSearchParams({ posted: id }).toString();
}

/** The parameters of a request as the engine shall read them, also where they were posted and are kept here. */
export async function posted(query: URLSearchParams) {
  const id = query.get('posted');
  const stored = id && (await adapterFor(POSTED_REQUEST).find(id));
  return tidied(stored ? new URLSearchParams(String(stored.form)) : query);
}
