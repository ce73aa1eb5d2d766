import 'server-only';
import { databaseMessage, isUnavailable } from '@/db';
import { migrate } from '@/db/migrate';
import { config, isCalledAsFunction } from '@/lib/config';
import { log } from '@/lib/log';
import { issueSetupLink } from '@/lib/registration-links';
import { steadyKeys } from '@/lib/vault';
import { trackResponses } from './outage';
import { startDelivering, startPurging } from './purge';

export { stopDelivering } from '@/lib/outbox';
export { outageResponse } from './outage';
export { deliverOutbox, runJobs } from './purge';
export { readiness } from './readiness';

const RETRY = 2_000;

/**
 * Makes a process ready to serve: checks the configuration, migrates the database, starts the jobs. An error ends the
 * process with its reason, but for an unavailable database, which is retried. On a platform of functions only the
 * configuration is checked: the build migrates, a scheduler runs the jobs, and `refuseUnready` answers requests.
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

/** Why the start failed: a sentence for a setting or an error of the database, else the stack. */
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
