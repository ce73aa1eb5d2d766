import { parseCookie, stringifySetCookie } from 'cookie';
import type { cookieSettings } from '@/lib/cookies';

/** Cookies as they came with a request, or to a page. */
export type Cookies = { get: (name: string) => { value: string } | undefined };

/** What takes cookies for the response: those of a request, or of the request that a server action answers. */
export type Jar = { set: (name: string, value: string, settings: ReturnType<typeof cookieSettings>) => unknown };

/** The cookies of a request, of which the last of a name counts, as for pages; and those that its response is to set. */
export function cookiesOf({ headers }: Request) {
  const sent = parseCookie((headers.get('cookie') ?? '').split(';').reverse().join(';'));
  const added: string[] = [];
  const get = (name: string) => (sent[name] === undefined ? undefined : { name, value: sent[name] });
  const getAll = () => Object.keys(sent).map((name) => get(name)!);
  const set: Jar['set'] = (name, value, settings) => added.push(stringifySetCookie({ name, value, ...settings }));
  return { get, getAll, set, added };
}
