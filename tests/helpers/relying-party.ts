import * as openid from 'openid-client';
import InteractionPage from '@/app/(sign-in)/interaction/[uid]/page';
import { db } from '@/db';
import { clients } from '@/db/schema';
import { config } from '@/lib/config';
import { hashToken, randomToken } from '@/lib/crypto';
import { leavingTo } from '@/lib/http';
import { handleOidc } from '@/lib/oidc';
import { PEER_HEADER } from '@/lib/request-context';
import { inRequest, submit } from '../setup/request-scope';
import type { Browser } from './browser';

type Columns = Partial<typeof clients.$inferInsert>;
let number = 0;

/** A registered client with a secret, and what it needs to be one. */
export async function registerClient(columns: Columns = {}) {
  number += 1;
  const secret = randomToken();
  const [client] = await db
    .insert(clients)
    .values({
      id: `client-${number}`,
      name: `Client ${number}`,
      authMethod: 'client_secret_basic',
      secretHash: columns.authMethod === 'none' ? null : hashToken(secret),
      redirectUris: [`https://client${number}.example.com/callback`],
      postLogoutRedirectUris: [`https://client${number}.example.com/bye`],
      scopes: ['openid', 'profile', 'email', 'groups', 'offline_access'],
      grantTypes: ['authorization_code', 'refresh_token'],
      firstParty: true,
      ...columns,
    })
    .returning();
  return new RelyingParty(client!, secret);
}

type Flow = { url: URL; verifier: string; state: string; nonce: string };
type Landing = { left?: URL; page?: string; status?: number; text?: string; uid?: string };

/** A client's server, speaking through openid-client with the provider's route handlers. */
export class RelyingParty {
  readonly redirectUri: string;

  constructor(
    readonly client: typeof clients.$inferSelect,
    readonly secret: string,
  ) {
    this.redirectUri = client.redirectUris[0]!;
  }

  get id() {
    return this.client.id;
  }

  /** What discovery says, with this client's way of proving itself. */
  async discover(auth?: openid.ClientAuth) {
    const way = this.client.authMethod === 'client_secret_post' ? openid.ClientSecretPost : openid.ClientSecretBasic;
    return openid.discovery(
      new URL(config.publicUrl),
      this.id,
      undefined,
      auth ?? (this.client.authMethod === 'none' ? openid.None() : way(this.secret)),
      { execute: [openid.allowInsecureRequests], [openid.customFetch]: callProvider },
    );
  }

  /** An authorization request; parameters given as nothing are left out. */
  async begin(parameters: Record<string, string | undefined> = {}): Promise<Flow> {
    const verifier = openid.randomPKCECodeVerifier();
    const all: Record<string, string | undefined> = {
      client_id: this.id,
      response_type: 'code',
      redirect_uri: this.redirectUri,
      scope: 'openid profile email',
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state: openid.randomState(),
      nonce: openid.randomNonce(),
      ...parameters,
    };
    const url = new URL(`${config.publicUrl}/oidc/authorize`);
    for (const [name, value] of Object.entries(all)) if (value !== undefined) url.searchParams.set(name, value);
    return { url, verifier, state: all.state!, nonce: all.nonce! };
  }

  /** Redeems the code that an answer carries, checking all that openid-client checks. */
  async redeem(answer: URL, { verifier, state, nonce }: Flow) {
    return openid.authorizationCodeGrant(await this.discover(), answer, {
      pkceCodeVerifier: verifier,
      expectedState: state,
      expectedNonce: nonce,
      idTokenExpected: true,
    });
  }

  /** The whole flow for a browser that is signed in. */
  async signIn(browser: Browser, parameters: Record<string, string | undefined> = {}) {
    const flow = await this.begin(parameters);
    const { left } = await visit(browser, flow.url);
    if (!left) throw new Error('the browser was not sent back');
    return this.redeem(left, flow);
  }

  /** A bare request to the token endpoint, with this client's secret unless a header says otherwise. */
  async token(form: Record<string, string>, headers: Record<string, string> = {}) {
    const inForm = this.client.authMethod === 'client_secret_post' && !headers.authorization;
    const clientFields: Record<string, string> = inForm ? { client_id: this.id, client_secret: this.secret } : {};
    const basic = `Basic ${Buffer.from(`${this.id}:${this.secret}`).toString('base64')}`;
    const credentials: Record<string, string> =
      inForm || this.client.authMethod === 'none' ? {} : { authorization: basic };
    return post('/oidc/token', { ...clientFields, ...form }, { ...credentials, ...headers });
  }
}

/** A form sent to an endpoint, and what comes back as JSON. */
export async function post(path: string, form: Record<string, string>, headers: Record<string, string> = {}) {
  const response = await callProvider(config.publicUrl + path, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(form).toString(),
  });
  const text = await response.text();
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  return { status: response.status, headers: response.headers, json: (text ? JSON.parse(text) : undefined) as any };
}

// biome-ignore lint/suspicious/noExplicitAny: openid-client's own type of a fetch is narrower than the platform's
export const callProvider = (url: string | URL, init: any = {}) => {
  const headers = new Headers(init.headers);
  headers.set(PEER_HEADER, '203.0.113.9');
  return handleOidc(new Request(url, { ...init, headers, duplex: 'half' }));
};

/** Goes to an address as a browser does, on and on, until it leaves for another origin or a page stays. */
export async function visit(browser: Browser, to: string | URL, form?: Record<string, string>): Promise<Landing> {
  let url = new URL(to, config.publicUrl);
  let body = form && new URLSearchParams(form).toString();
  for (let hops = 0; hops < 12; hops += 1) {
    if (url.origin !== config.publicUrl) return { left: url };
    const [, uid] = /^\/interaction\/([^/]+)$/.exec(url.pathname) ?? [];
    const next = uid ? await openInteraction(browser, uid) : await open(browser, url, body);
    if (!next.to) return next;
    url = new URL(next.to, config.publicUrl);
    body = undefined;
  }
  throw new Error(`the browser goes in circles at ${url}`);
}

const cookieHeader = (browser: Browser) => [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');

async function open(browser: Browser, url: URL, body: string | undefined): Promise<Landing & { to?: string }> {
  if (!/^\/(oidc|\.well-known)\//.test(url.pathname)) return { page: url.pathname + url.search };
  const type = body ? { 'content-type': 'application/x-www-form-urlencoded' } : {};
  const response = await callProvider(url, {
    method: body ? 'POST' : 'GET',
    headers: { accept: 'text/html', cookie: cookieHeader(browser), ...type },
    body,
  });
  browser.keep(response);
  const to = response.headers.get('location') ?? undefined;
  return { to, status: response.status, text: await response.text(), page: url.pathname };
}

async function openInteraction(browser: Browser, uid: string): Promise<Landing & { to?: string }> {
  const visitor = { cookies: browser.cookies, headers: { 'sec-fetch-dest': 'document' } };
  const { outcome } = await inRequest(visitor, async () => {
    try {
      const page = await InteractionPage({ params: Promise.resolve({ uid }), searchParams: Promise.resolve({}) });
      return { page: (page.type as { name: string }).name, uid };
    } catch (error) {
      const digest = String((error as { digest?: unknown }).digest);
      if (!digest.startsWith('NEXT_REDIRECT')) throw error;
      return { to: digest.split(';')[2] };
    }
  });
  return outcome;
}

type Action = Parameters<typeof submit>[0];

/** Sends a form of a page to its action, in this browser; where it leads to, past the page that leaves, is the answer. */
export async function act(browser: Browser, action: Action, fields: Record<string, string>) {
  const { setCookies, state, redirectedTo } = await submit(action, fields, { cookies: browser.cookies });
  browser.keep(new Response(null, { headers: setCookies.map((cookie): [string, string] => ['set-cookie', cookie]) }));
  const [page, query] = redirectedTo?.split('?') ?? [];
  const { to, signature } = Object.fromEntries(new URLSearchParams(page === '/leaving' ? query : ''));
  return { to: to && signature ? leavingTo(to, signature) : redirectedTo, state };
}
