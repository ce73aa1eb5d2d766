import { randomToken } from '@/lib/crypto';
import { readBytes } from '@/lib/read-bytes';
import { HOURS } from '@/lib/time';
import { claimsByScope } from './accounts';
import { adapterFor } from './adapter';

const FORM = 'application/x-www-form-urlencoded';
/** In bytes; as much as the engine itself would read. */
const LONGEST = 56 * 1024;
/** Parameters that programs send as `null` or `undefined` when they mean none. */
const NEVER_WORDS = ['id_token_hint', 'login_hint', 'logout_hint', 'post_logout_redirect_uri'];
const ABSENCE = new Set(['null', 'undefined', 'None']);

const isForm = (request: Request) => request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() === FORM;

/** Removes the parameters that clients send without meaning them; returns the same object where there are none. */
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
 * A refresh may ask only for granted scopes (RFC 6749 §6). Clients repeat all that they requested at first, with scopes that
 * the engine has left out: unknown ones, and `offline_access`.
 */
const renews = (parameters: URLSearchParams) => parameters.get('grant_type') === 'refresh_token';

type Sent = { text?: string; form?: URLSearchParams };

/** The form that a request sends, if it sends one. Nothing where it is too long. */
export async function readForm(request: Request): Promise<Sent | undefined> {
  if (request.method !== 'POST' || !isForm(request)) return {};
  const text = (await readBytes(request, LONGEST))?.toString();
  return text === undefined ? undefined : { text, form: new URLSearchParams(text) };
}

/** The address and the form of a request for the engine, with the stored form that it refers to and tidied parameters. */
export async function readable({ pathname, search, searchParams }: URL, { text, form }: Sent) {
  const query = await posted(searchParams);
  const path = query === searchParams ? pathname + search : `${pathname}?${query}`;
  const tidy = form && tidied(form);
  return { path, body: tidy === form ? text : tidy?.toString() };
}

const POSTED_REQUEST = 'PostedRequest';

/** Stores a posted form, so that none of it is in an address; returns the query that refers to it. */
export async function storePosted(form: string) {
  const id = randomToken();
  await adapterFor(POSTED_REQUEST).upsert(id, { form }, 1 * HOURS);
  return new URLSearchParams({ posted: id }).toString();
}

/** The tidied parameters of a request: of its query, or of the stored form that it refers to. */
export async function posted(query: URLSearchParams) {
  const id = query.get('posted');
  const stored = id && (await adapterFor(POSTED_REQUEST).find(id));
  return tidied(stored ? new URLSearchParams(String(stored.form)) : query);
}
