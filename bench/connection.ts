import { once } from 'node:events';
import { Agent, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Person } from './people';

export type Browser = ReturnType<ReturnType<typeof openConnection>['browserOf']>;

type Sent = { headers?: OutgoingHttpHeaders; body?: string | undefined };

/** One connection to a server that is kept open, as a browser keeps one, and counts what comes back over it. */
export function openConnection(origin: string) {
  const { host, port } = new URL(origin);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const sockets = new Set<Socket>();

  async function exchange(method: string, path: string, { headers, body }: Sent) {
    const sent = request({ agent, host: '127.0.0.1', port, method, path, headers: { host, ...headers } });
    sent.once('socket', (socket) => sockets.add(socket)).end(body);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const answer = await text(response);
    const { statusCode = 0 } = response;
    if (statusCode !== 200 && !response.headers.location)
      throw new Error(`${method} ${path} answered ${statusCode}: ${answer}`);
    return { headers: response.headers, text: answer };
  }

  /** The browser with these cookies; it keeps what it gets. */
  function browserOf({ cookies }: Person) {
    /** Asks for a page, and answers its text and where it leads to. */
    async function open(method: string, path: string, { headers, ...rest }: Sent = {}) {
      const answered = await exchange(method, path, {
        ...rest,
        headers: { ...headersOf(origin, cookies), ...headers },
      });
      for (const cookie of answered.headers['set-cookie'] ?? []) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
        if (value) cookies.set(name, value);
        else cookies.delete(name);
      }
      return { text: answered.text, location: answered.headers.location ?? '' };
    }

    async function send(method: 'GET' | 'POST', path: string, json?: unknown) {
      const body = json === undefined ? undefined : JSON.stringify(json);
      const headers = body === undefined ? {} : { 'content-type': 'application/json', ...lengthOf(body) };
      return JSON.parse((await open(method, path, { headers, body })).text);
    }

    return { open, send };
  }

  /** A form that the server of an app sends, which has no cookies. */
  async function post(path: string, form: Record<string, string>, authorization: string) {
    const body = new URLSearchParams(form).toString();
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const { text } = await exchange('POST', path, { headers: { ...type, ...lengthOf(body), authorization }, body });
    return JSON.parse(text);
  }

  const received = () => [...sockets].reduce((sum, { bytesRead }) => sum + bytesRead, 0);
  return { browserOf, post, received, close: () => agent.destroy() };
}

const lengthOf = (body: string) => ({ 'content-length': Buffer.byteLength(body) });

const headersOf = (origin: string, cookies: Map<string, string>): OutgoingHttpHeaders => ({
  origin,
  'user-agent': 'Mozilla/5.0 (Macintosh) Chrome/156.0.0.0 Safari/537.36',
  ...(cookies.size ? { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') } : {}),
});
