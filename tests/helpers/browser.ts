import { NextRequest } from 'next/server';
import { config } from '@/lib/config';
import { PEER_HEADER } from '@/lib/request-context';

type Handler = (request: NextRequest, context: { params: Promise<Record<string, string>> }) => Promise<Response>;
export type Sent = {
  method?: string;
  headers?: Record<string, string>;
  body?: unknown;
  raw?: BodyInit;
  params?: Record<string, string>;
  query?: string;
};

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
export type Reply = { status: number; headers: Headers; json: any };

/** A browser in memory: keeps cookies, sends our origin, and calls a route's exported handler with a real request. */
export class Browser {
  cookies = new Map<string, string>();
  address = '203.0.113.7';

  async send(
    handler: Handler,
    { method = 'POST', headers = {}, body, raw, params = {}, query = '' }: Sent = {},
  ): Promise<Reply> {
    const hasBody = method !== 'GET' && method !== 'DELETE';
    const request = new NextRequest(`${config.publicUrl}/${query}`, {
      method,
      headers: {
        origin: config.publicUrl,
        'user-agent': 'Mozilla/5.0 (Macintosh) Chrome/156.0.0.0 Safari/537.36',
        [PEER_HEADER]: this.address,
        ...(hasBody ? { 'content-type': 'application/json' } : {}),
        cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...headers,
      },
      body: raw ?? (hasBody ? JSON.stringify(body ?? {}) : undefined),
    });
    const response = await handler(request, { params: Promise.resolve(params) });
    this.keep(response);
    const text = await response.text();
    return { status: response.status, headers: response.headers, json: text ? JSON.parse(text) : undefined };
  }

  /** The same browser in another tab, or a copy of it at this moment: the same cookies, kept apart from now on. */
  copy() {
    const copy = new Browser();
    copy.cookies = new Map(this.cookies);
    copy.address = this.address;
    return copy;
  }

  keep(response: Response) {
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (name && value) this.cookies.set(name, value);
      else if (name) this.cookies.delete(name);
    }
  }
}
