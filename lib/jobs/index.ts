import 'server-only';
import { databaseMessage, isUnavailable } from '@/db';
import { migrate } from '@/db/migrate';
import { config, isCalledAsFunction } from '@/lib/config';
import { log } from '@/lib/log';
import { issueSetupLink } from '@/lib/registration-links';
import { steadyKeys } from '@/lib/vault';
import { trackResponses } from './outage';
import { startDelivering, startPurging } from './purge';

export { outageResponse } from './outage';
export { deliverOutbox, runJobs } from './purge';
export { readiness } from './readiness';

const RETRY = 2_000;

/**
 * Makes a process ready to serve: the configuration is checked, the database brought up to date, the jobs started.
 * What cannot be mended by waiting ends the process with its reason; a database that is away is waited for. Functions only
 * get their configuration: the build migrates, a scheduler calls for the jobs, and `refuseUnready` tells requests what is wrong.
 */
export async function start() {
  trackResponses();
  try {
    process.env.NEXTAUTH_URL = config.publicUrl;
    for (const warning of config.warnings) log.warn(warning);
    if (config.functions) return;
    await prepare();
    startPurging();
    startDelivering();
  } catch (error) {
    process.stderr.write(`${reasonOf(error)}\n`);
    if (!isCalledAsFunction()) process.exit(1);
  }
}

/** What ended the start: in a sentence where it is a setting or what the database says, else with its stack. */
function reasonOf(error: unknown) {
  const expected = error instanceof Error && ['ConfigError', 'FolderInUse', 'NoEmbedded'].includes(error.name);
  if (expected) return error.message;
  const reason = databaseMessage(error);
  return `Latchkey cannot start: ${reason ?? (error instanceof Error ? error.stack : error)}`;
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
    log.fatal({ err: error }, databaseMessage(error) ?? 'the database could not be prepared');
    process.exit(1);
  }
}
