import './async-storage';
import { workAsyncStorage } from 'next/dist/server/app-render/work-async-storage.external';
import { workUnitAsyncStorage } from 'next/dist/server/app-render/work-unit-async-storage.external';
import { createRequestStoreForAPI } from 'next/dist/server/async-storage/request-store';
import { createWorkStore } from 'next/dist/server/async-storage/work-store';
import { NextRequest } from 'next/server';
import { config } from '@/lib/config';
import { PEER_HEADER } from '@/lib/request-context';

export type Visit = { headers?: Record<string, string | undefined>; cookies?: Map<string, string>; address?: string };

/** Runs inside Next's own request scope, so that `headers()`, `cookies()`, `after()` and `redirect()` are the real ones. */
export async function inRequest<T>(
  { headers = {}, cookies = new Map(), address = '203.0.113.7' }: Visit,
  run: () => T,
) {
  const sent = {
    origin: config.publicUrl,
    cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
    [PEER_HEADER]: address,
    ...headers,
  };
  const given = Object.entries(sent).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const request = new NextRequest(`${config.publicUrl}/`, { headers: given });
  const setCookies: string[] = [];
  const closed: (() => void)[] = [];
  const later: Promise<unknown>[] = [];
  const renderOpts = {
    experimental: {},
    // Asked for by `revalidatePath`, which only notes the path.
    incrementalCache: {},
    waitUntil: (task: Promise<unknown>) => later.push(task),
    onClose: (close: () => void) => closed.push(close),
    onAfterTaskError: undefined,
  };
  const work = createWorkStore({ page: '/', renderOpts, buildId: 'test' } as never);
  const store = createRequestStoreForAPI(
    request as never,
    request.nextUrl,
    undefined as never,
    (set) => setCookies.splice(0, setCookies.length, ...set),
    undefined as never,
    undefined,
  );
  const outcome = await workAsyncStorage.run(work, () => workUnitAsyncStorage.run(store, async () => run()));
  for (const close of closed) close();
  await Promise.all(later);
  return { outcome, cookies: store.mutableCookies, setCookies };
}

type Action = (previous: { status: 'idle' }, form: FormData) => Promise<unknown>;

/** Sends a form to a server action as a browser of ours does; tells what it shows, or where it leads to. */
export async function submit(action: Action, fields: Record<string, string>, visit: Visit = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  const { outcome, ...answered } = await inRequest(visit, async () => {
    try {
      return { state: await action({ status: 'idle' }, form) };
    } catch (error) {
      const digest = String((error as { digest?: unknown }).digest);
      if (!digest.startsWith('NEXT_REDIRECT')) throw error;
      return { redirectedTo: digest.split(';')[2] };
    }
  });
  return { ...outcome, ...answered } as typeof answered & { state?: Record<string, unknown>; redirectedTo?: string };
}
