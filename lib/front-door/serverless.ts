import { isUnavailable } from '@/db';
import { missingMigrations } from '@/db/migrate';
import { config } from '@/lib/config';
import { lazy } from '@/lib/lazy';
import { log } from '@/lib/log';
import { isMeantForUs, misdirection } from './host';
import { type FrontDoorRefusal, refusalResponse } from './refusal';

/** What this process knows: the database has every migration of this build, or their lack is logged already. */
const state = lazy('functions', () => new Set<'migrated' | 'logged'>());

/**
 * What a request gets instead of an answer where a platform calls functions, so that no server of ours meets it first:
 * 421 under another host than ours, 503 while the settings are wrong or a migration of this build is missing. Nothing
 * where the request may go on, and where a process of ours serves.
 */
export async function refuseUnready(request: Request): Promise<Response | undefined> {
  const why = await whyNot(request);
  return why && refusalResponse({ path: new URL(request.url).pathname, accept: request.headers.get('accept') }, why);
}

/** A route handler that answers where nothing is in its way. */
export const whenReady =
  (handle: (request: Request) => Response | Promise<Response>) =>
  async (request: Request): Promise<Response> =>
    (await refuseUnready(request)) ?? handle(request);

async function whyNot(request: Request): Promise<FrontDoorRefusal | undefined> {
  try {
    if (!config.functions) return undefined;
    if (!isMeantForUs(request)) return misdirected();
    return (await isMigrated()) ? undefined : notMigrated;
  } catch (error) {
    if (error instanceof Error && error.name === 'ConfigError') return notSetUp;
    if (isUnavailable(error)) return unavailable;
    throw error;
  }
}

async function isMigrated() {
  if (state().has('migrated')) return true;
  const missing = await missingMigrations();
  if (missing.length && !state().has('logged')) log.error({ missing }, 'the database lacks migrations of this build');
  state().add(missing.length ? 'logged' : 'migrated');
  return missing.length === 0;
}

/** A preview is such a host. */
const misdirected = (): FrontDoorRefusal => ({
  status: 421,
  code: 'misdirected',
  message: misdirection(),
  forOperators: 'If you run it: ALLOWED_HOSTS names further hosts.',
});

const unavailable: FrontDoorRefusal = {
  status: 503,
  code: 'unavailable',
  message: 'The service cannot reach its database. Try again soon.',
};

const notMigrated: FrontDoorRefusal = {
  status: 503,
  code: 'unavailable',
  message: 'The service is being set up or updated. Try again in a few minutes.',
  forOperators:
    'If you run it: the database lacks migrations of this version, and /readyz names the first. A production build runs them, and so does “npm run latchkey -- migrate”.',
};

const notSetUp: FrontDoorRefusal = {
  status: 503,
  code: 'unavailable',
  message: 'The service is not set up yet. Try again later.',
  forOperators: 'If you run it: a setting is wrong or missing, and its log says which.',
};
