import { AsyncLocalStorage } from 'node:async_hooks';
import type { AuditEvent } from '@/lib/audit';
import type { Client } from '@/lib/clients';
import { lazy } from '@/lib/lazy';
import type { RequestContext } from '@/lib/request-context';
import type { Session } from '@/lib/sessions';
import type { Artifact } from './found';

/** The context of one request to the engine: who sends it, and what the engine reports during it. */
export type EngineContext = {
  context?: RequestContext;
  /** True where a browser asks, which may have a session of ours; false where a client's server does */
  browser: boolean;
  session?: Session;
  /** The session of the code or token that a client's server presents, and whose it is */
  presented?: { sessionId: string; userId?: string };
  /** The client whose server asks, as it was when it authenticated */
  client?: Client;
  /** The id of the client that a browser's request names */
  clientId?: string;
  events: AuditEvent[];
  /** What was read in it, by what it is; and the hashes that are about to be read together, see `found.ts` */
  found: Map<string, Promise<unknown>>;
  wanted?: { hashes: string[]; rows: Promise<Artifact[]> };
  /** What a page of ours needs to go on where the engine would show a page of its own */
  logout?: { xsrf: string; needsConsent: boolean };
  device?: { xsrf?: string; problem?: string };
  ended?: boolean;
};

export const newEngineContext = (of: Pick<EngineContext, 'browser'> & Partial<EngineContext>): EngineContext => ({
  events: [],
  found: new Map(),
  ...of,
});

/** One for all bundles: a page, a route and a job each have a copy of this module, and one of them has made the engine. */
const calls = lazy('oidc-calls', () => new AsyncLocalStorage<EngineContext>());

export const runInEngineContext = <T>(call: EngineContext, run: () => Promise<T>) => calls().run(call, run);

/** Runs a call of the engine by a page or an action of ours, with the browser's session. */
export const runAsBrowser = <T>(session: Session | undefined, run: () => Promise<T>) =>
  runInEngineContext(newEngineContext({ browser: true, session }), run);

/** The request that the engine works on; nothing outside of one. */
export const currentEngineContext = () => calls().getStore();

/** Remembers whose code or token a client's server presents: what it gets for that belongs to the same session. */
export function rememberPresented(presented: EngineContext['presented']) {
  const call = currentEngineContext();
  if (call && !call.browser) call.presented = presented;
}

/** Stores the client whose server asks, as it is when it authenticates. */
export function rememberClient(client: Client | undefined) {
  const call = currentEngineContext();
  if (call && !call.browser) call.client ??= client;
}
