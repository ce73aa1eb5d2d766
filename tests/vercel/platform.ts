import { existsSync, readFileSync, statSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import type { Answer, Asked, Functions } from './functions';

type Condition = { type: string; key?: string; value?: string };
type Route = {
  handle?: string;
  src: string;
  dest?: string;
  status?: number;
  headers?: Record<string, string>;
  has?: Condition[];
  missing?: Condition[];
  methods?: string[];
  middlewarePath?: string;
};

/** Who asks, as the platform sees it. */
export const VISITOR = '203.0.113.7';

/** Routes requests to the files and functions of a build by its `config.json` (Build Output API, version 3). */
export function platform(output: string, functions: Functions) {
  const { routes } = JSON.parse(readFileSync(join(output, 'config.json'), 'utf8')) as { routes: Route[] };
  const phases: Record<string, Route[]> = { first: [] };
  let phase = 'first';
  for (const route of routes) {
    phase = route.handle ?? phase;
    phases[phase] ??= [];
    if (!route.handle) phases[phase]!.push(route);
  }
  const inPhase = (name: string) => phases[name] ?? [];

  async function ask(path: string, given: Partial<Omit<Asked, 'path'>> = {}): Promise<Answer & { text: string }> {
    const host = given.headers?.host ?? 'id.example.com';
    const request: Asked = {
      path,
      method: given.method ?? 'GET',
      body: given.body ?? Buffer.of(),
      headers: {
        ...given.headers,
        host,
        // Whatever a visitor sends under these names is written over.
        ...{ 'x-forwarded-for': VISITOR, 'x-forwarded-host': host, 'x-forwarded-proto': 'https', 'x-real-ip': VISITOR },
      },
    };
    if (given.body) request.headers['content-length'] = String(given.body.length);
    const answer = await route(request);
    return { ...answer, text: answer.body.toString() };
  }

  async function route(asked: Asked): Promise<Answer> {
    const added: IncomingHttpHeaders = {};
    const url = new URL(asked.path, 'https://x');
    for (const one of inPhase('first')) {
      const matched = match(one, url.pathname, asked);
      if (!matched) continue;
      if (one.middlewarePath) {
        const { status, headers, body } = await functions.call(one.middlewarePath, { ...asked, url: asked.path });
        if (!headers['x-middleware-next'] && !headers['x-middleware-rewrite']) return { status, headers, body };
        handOn(headers, asked, added);
        if (headers['x-middleware-rewrite']) rewrite(url, String(headers['x-middleware-rewrite']));
      }
      for (const [name, value] of Object.entries(one.headers ?? {})) added[name.toLowerCase()] = filled(value, matched);
      if (one.status && added.location) return { status: one.status, headers: added, body: Buffer.of() };
      if (one.dest) rewrite(url, filled(one.dest, matched));
    }
    const answer = (await reached(url, asked)) ?? (await missing(asked));
    return { ...answer, headers: { ...answer.headers, ...withCookies(added, answer.headers) } };
  }

  /** A file or a function of that path, else one that the routes for patterns lead to. */
  async function reached(url: URL, asked: Asked) {
    const file = join(output, 'static', url.pathname);
    if (existsSync(file) && statSync(file).isFile()) return { status: 200, headers: {}, body: readFileSync(file) };
    if (functions.has(url.pathname)) return invoke(url.pathname, url.search, asked);
    for (const one of inPhase('rewrite')) {
      const matched = match(one, url.pathname, asked);
      if (!matched || !one.dest) continue;
      rewrite(url, filled(one.dest, matched));
      const output = decodeURI(url.pathname);
      if (functions.has(output)) return invoke(output, url.search, asked);
    }
    return undefined;
  }

  const missing = async (asked: Asked) => ({ ...(await invoke('/_not-found', '', asked)), status: 404 });

  /** A function is asked for what the visitor asked for; a header says which of its pages that is. */
  function invoke(output: string, search: string, asked: Asked) {
    const url = `${new URL(asked.path, 'https://x').pathname}${search}`;
    return functions.call(output, { ...asked, headers: { ...asked.headers, 'x-matched-path': output }, url });
  }

  return ask;
}

function match({ src, has = [], missing = [], methods }: Route, pathname: string, { headers, method }: Asked) {
  const holds = ({ type, key = 'host', value }: Condition) => {
    const given = headers[key];
    if (!['header', 'host'].includes(type) || given === undefined) return false;
    return value === undefined || new RegExp(`^(?:${value})$`).test(String(given));
  };
  if (methods && !methods.includes(method)) return null;
  if (!has.every(holds) || missing.some(holds)) return null;
  return new RegExp(src.startsWith('^') ? src : `^${src}$`).exec(pathname);
}

const filled = (text: string, matched: RegExpExecArray) =>
  text.replace(/\$(\w+)/g, (_, name: string) => matched.groups?.[name] ?? matched[Number(name)] ?? '');

function rewrite(url: URL, dest: string) {
  const to = new URL(dest, 'https://x');
  url.pathname = to.pathname;
  for (const [name, value] of to.searchParams) url.searchParams.set(name, value);
}

/** What middleware changes: headers of the request for whatever comes next, and of the answer. */
function handOn(headers: IncomingHttpHeaders, asked: Asked, added: IncomingHttpHeaders) {
  const names = String(headers['x-middleware-override-headers'] ?? '').split(',');
  for (const name of names) {
    const value = headers[`x-middleware-request-${name}`];
    if (name && value !== undefined) asked.headers[name] = String(value);
  }
  for (const [name, value] of Object.entries(headers)) {
    if (!/^x-middleware-|^(connection|keep-alive|date|transfer-encoding)$/.test(name)) added[name] = value;
  }
}

const withCookies = (added: IncomingHttpHeaders, headers: IncomingHttpHeaders) => {
  const cookies = [...(added['set-cookie'] ?? []), ...(headers['set-cookie'] ?? [])];
  return cookies.length ? { ...added, 'set-cookie': cookies } : added;
};
