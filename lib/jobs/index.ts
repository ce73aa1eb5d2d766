import 'server-only';
import { closeDb, isUnavailable } from '@/db';
import { migrate, missingMigrations } from '@/db/migrate';
import { ConfigError, config } from '@/lib/config';
import { issueSetupLink } from '@/lib/enrolments';
import { log } from '@/lib/log';
import { publishedKids, readJwks } from '@/lib/signing-keys';
import { steadyKeys } from '@/lib/vault';
import { stampPeers } from './peer';
import { startPurging, startTelling } from './purge';

export { runJobs } from './purge';

const RETRY = 2_000;

/**
 * Makes a process ready to serve: the configuration is checked, the database brought up to date, the jobs started.
 * What cannot be mended by waiting ends the process with its reason; a database that is away is waited for.
 */
export async function start() {
  stampPeers();
  try {
    process.env.NEXTAUTH_URL = config.publicUrl;
    for (const warning of config.warnings) log.warn(warning);
    process.once('SIGTERM', () => void closeDb());
    await prepare();
    startPurging();
    startTelling();
  } catch (error) {
    const expected = error instanceof ConfigError || (error instanceof Error && error.name === 'FolderInUse');
    process.stderr.write(
      `${expected ? error.message : `Latchkey cannot start: ${error instanceof Error ? error.stack : error}`}\n`,
    );
    process.exit(1);
  }
}

async function prepare() {
  try {
    await migrate();
    await steadyKeys();
    const link = await issueSetupLink();
    if (link) process.stdout.write(`setup link: ${link}\n`);
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    log.error({ err: error }, 'the database is away; trying again');
    setTimeout(() => void retry(), RETRY);
  }
}

/** Requests are answered with 503 meanwhile, and `/readyz` says that this instance is not ready. */
async function retry() {
  try {
    await prepare();
  } catch (error) {
    log.fatal({ err: error }, 'the database could not be prepared');
    process.exit(1);
  }
}

/**
 * `ready` where the database answers, has every migration of this build and keys that open, else what `/readyz` says
 * instead: of the first migration that is missing also its name. Never throws.
 */
export async function readiness() {
  try {
    const [missing, ...others] = await missingMigrations();
    if (missing)
      return `not ready: migration ${missing} is missing${others.length ? `, and ${others.length} more` : ''}`;
    return (await readJwks(await publishedKids())).length > 0 ? 'ready' : 'not ready';
  } catch {
    return 'not ready';
  }
}
