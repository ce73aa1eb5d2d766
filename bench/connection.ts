import { once } from 'node:events';
import { Agent, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Person } from './people';

export type Send = ReturnType<ReturnType<typeof openConnection>['browserOf']>;

/** One connection to a server that is kept open, as a browser keeps one, and counts what comes back over it. */
export function openConnection(origin: string) {
  const { host, port } = new URL(origin);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const sockets = new Set<Socket>();

  async function exchange(method: string, path: string, headers: OutgoingHttpHeaders, body?: string) {
    const sent = request({ agent, host: '127.0.0.1', port, method, path, headers: { host, ...headers } });
    sent.once('socket', (socket) => sockets.add(socket)).end(body);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const answer = await text(response);
    if (response.statusCode !== 200) throw new Error(`${method} ${path} answered ${response.statusCode}: ${answer}`);
    return { setCookies: response.headers['set-cookie'] ?? [], json: JSON.parse(answer) };
  }

  /** The browser with these cookies; it keeps what it gets. */
  function browserOf({ cookies }: Person) {
    return async (method: 'GET' | 'POST', path: string, body?: unknown) => {
      const sent = body === undefined ? undefined : JSON.stringify(body);
      const { setCookies, json } = await exchange(method, path, headersOf(origin, cookies, sent), sent);
      for (const cookie of setCookies) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
        if (value) cookies.set(name, value);
        else cookies.delete(name);
      }
      return json;
    };
  }

  const received = () => [...sockets].reduce((sum, { bytesRead }) => sum + bytesRead, 0);
  return { browserOf, received, close: () => agent.destroy() };
}

function headersOf(origin: string, cookies: Map<string, string>, body: string | undefined): OutgoingHttpHeaders {
  return {
    origin,
    'user-agent': 'Mozilla/5.0 (Macintosh) Chrome/156.0.0.0 Safari/537.36',
    ...(cookies.size ? { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') } : {}),
    ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
  };
}
