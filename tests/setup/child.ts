import './async-storage';

/** What a second process of ours is asked to do: see `startProcess`. */
const tasks = {
  lock: async (folder: string) => (await import('@/db/folder-lock')).lockFolder(folder),
  peakMemory: async () => process.resourceUsage().maxRSS * 1024,
  migrate: async () => (await import('@/db/migrate')).migrate(),
  missingMigrations: async () => (await import('@/db/migrate')).missingMigrations(),
  start: async () => (await import('@/lib/jobs')).start(),
  readiness: async () => (await import('@/lib/jobs')).readiness(),
  deliver: async () => (await import('@/lib/jobs')).deliverOutbox(),
  signOut: async (token: string | undefined) => {
    const { requestContextFrom } = await import('@/lib/request-context');
    return (await import('@/lib/sessions')).signOut(token, requestContextFrom(new Headers()));
  },
  signingKeys: async () => (await import('@/lib/signing-keys')).publishedKids(),
  load: async (file: string) => void (await import(`@/app/api/${file}/route`)),
  send: async ({ file, method, url, headers, body, params }: SentRequest) => {
    const handlers = await import(`@/app/api/${file}/route`);
    const { NextRequest } = await import('next/server');
    const { PEER_HEADER } = await import('@/lib/request-context');
    const entries = headers.map(([name, value]): [string, string] => [
      name.startsWith('x-latchkey-peer') ? PEER_HEADER : name,
      value,
    ]);
    const request = new NextRequest(url, { method, headers: entries, body });
    const response: Response = await handlers[method](request, { params: Promise.resolve(params) });
    return { status: response.status, headers: [...response.headers], body: await response.text() };
  },
  oidc: async ({ method, url, headers, body }: Omit<SentRequest, 'file' | 'params'>) => {
    const response = await (await import('@/lib/oidc')).handleOidc(new Request(url, { method, headers, body }));
    return { status: response.status, headers: [...response.headers], body: await response.text() };
  },
};

export type Tasks = typeof tasks;
export type SentRequest = {
  file: string;
  method: string;
  url: string;
  headers: [string, string][];
  body?: string;
  params: Record<string, string>;
};

process.on('message', async ({ id, task, input }: { id: number; task: keyof Tasks; input: never }) => {
  try {
    process.send?.({ id, value: await tasks[task](input) });
  } catch (error) {
    const { name, message } = error as Error;
    process.send?.({ id, error: { name, message } });
  }
});
process.send?.({ id: 0 });
