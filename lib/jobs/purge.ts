import { db, isUnavailable } from '@/db';
import { purgeEvents } from '@/lib/audit';
import { log } from '@/lib/log';
import { purgeArtifacts, sendLogoutNotices } from '@/lib/oidc';
import { purgeChallenges } from '@/lib/passkeys';
import { purgeCounters, purgeFailures } from '@/lib/rate-limits';
import { purgeRegistrationLinks } from '@/lib/registration-links';
import { purgeSessions } from '@/lib/sessions';
import { purgePending } from '@/lib/sign-in';
import { MINUTES, SECONDS } from '@/lib/time';

const EVERY = 10 * MINUTES;
const purges = [
  purgeChallenges,
  purgeSessions,
  purgeRegistrationLinks,
  purgeCounters,
  purgeFailures,
  purgePending,
  purgeArtifacts,
  purgeEvents,
];

/** Deletes what has expired, every ten minutes. Several instances may do so at once: deleting twice does no harm. */
export function startPurging() {
  setInterval(purge, EVERY * 1000).unref();
}

const NOTICES_EVERY = 2 * SECONDS;

/** Tells clients of ended sessions soon after they ended; one round at a time, and the next one when this is over. */
export function startLogoutNotices() {
  const round = async () => {
    try {
      await sendLogoutNotices();
    } catch (error) {
      if (!isUnavailable(error)) log.error({ err: error }, 'logout notices could not be sent');
    }
    setTimeout(round, NOTICES_EVERY * 1000).unref();
  };
  setTimeout(round, NOTICES_EVERY * 1000).unref();
}

/** What the timers do, once and to the end; says how many notices of ended sessions were tried. */
export async function runJobs() {
  await purge();
  let notices = 0;
  for (let tried = -1; tried !== 0; notices += tried) tried = await sendLogoutNotices();
  return { notices };
}

/** Deletes what has expired, now. A failure is logged and left to the next round. */
export async function purge() {
  for (const purgeOne of purges) {
    try {
      await purgeOne(db);
    } catch (error) {
      log.error({ err: error, purge: purgeOne.name }, 'a purge failed');
    }
  }
}
