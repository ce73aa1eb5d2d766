import { db, isUnavailable } from '@/db';
import { extensions } from '@/extensions';
import { purgeArtifacts } from '@/lib/artifacts';
import { purgeEvents } from '@/lib/audit';
import { log } from '@/lib/log';
import { emailDeliveries } from '@/lib/mail';
import { logoutNoticeDelivery } from '@/lib/oidc';
import { purgeIdempotentAnswers } from '@/lib/operation';
import { deliverDue, purgeOutbox } from '@/lib/outbox';
import { purgeChallenges } from '@/lib/passkeys';
import { purgeCounters, purgeFailures } from '@/lib/rate-limits';
import { recoveryRequests } from '@/lib/recovery';
import { purgeRegistrationLinks, signUpRequests } from '@/lib/registration-links';
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
  purgeOutbox,
  purgeIdempotentAnswers,
  ...Object.values(extensions).flatMap(({ purge }) => purge ?? []),
];

/** Deletes what has expired, every ten minutes. Several instances may do so at once: deleting twice does no harm. */
export function startPurging() {
  setInterval(purge, EVERY * 1000).unref();
}

/** How each kind of message is delivered. */
const deliveries = {
  ...emailDeliveries,
  'sign-up-request': signUpRequests,
  'recovery-request': recoveryRequests,
  'logout-notice': logoutNoticeDelivery,
};

/** Delivers the due messages of every kind; returns the number of attempts. */
export const deliverOutbox = () => deliverDue(deliveries);

const DELIVERY_EVERY = 2 * SECONDS;

/** Delivers due messages by a timer for each kind, also those of other processes; the next round starts after the last. */
export function startDelivering() {
  for (const [kind, delivery] of Object.entries(deliveries)) {
    const round = async () => {
      try {
        await deliverDue({ [kind]: delivery });
      } catch (error) {
        if (!isUnavailable(error)) log.error({ err: error, kind }, 'the outbox could not be delivered');
      }
      setTimeout(round, DELIVERY_EVERY * 1000).unref();
    };
    setTimeout(round, DELIVERY_EVERY * 1000).unref();
  }
}

/** Runs once what the timers run, to the end; returns the number of attempts. */
export async function runJobs() {
  await purge();
  return { deliveries: await deliverOutbox() };
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
