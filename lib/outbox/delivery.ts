import { setTimeout as sleep } from 'node:timers/promises';
import { type Db, db } from '@/db';
import { afterResponse } from '@/lib/after-response';
import { type AuditEvent, record } from '@/lib/audit';
import { lazy } from '@/lib/lazy';
import { log } from '@/lib/log';
import { jobContext } from '@/lib/request-context';
import { MINUTES } from '@/lib/time';
import { claimDue, deleteMessage, giveUpMessage, type OutboxMessage, postponeMessage } from './queries';
import { openSlot } from './slots';

/** Why an attempt failed, as a code (decision 0050) without a secret; `final` where another one would fail as well. */
export type DeliveryProblem = { reason: string; final?: boolean };

/** How messages of one kind are delivered. */
export type Delivery = {
  /** Seconds from each failed attempt to the next one; after the last of them the message has failed. */
  pauses: readonly number[];
  /** How long an attempt may take, in seconds */
  longest: number;
  /** How many attempts a process makes at the same time, whoever starts them */
  atOnce: number;
  /** Delivers the message, or tells what went wrong. What it throws counts as failed for now. */
  attempt: (message: OutboxMessage) => Promise<DeliveryProblem | undefined>;
  /** The audit event of an attempt, the last one or not. */
  eventOf: (message: OutboxMessage, outcome: { problem?: DeliveryProblem; isLast: boolean }) => AuditEvent | undefined;
};
type Deliveries = Record<string, Delivery>;

/** The event of an e-mail, or of a request for one, that has failed for good. */
export const undeliveredMail: Delivery['eventOf'] = (_, { problem, isLast }) =>
  problem && isLast ? { type: 'mail.undelivered', reason: problem.reason } : undefined;

/** How long a lease outlasts the longest attempt; a message not settled by then is claimed by another instance. */
const GRACE = 2 * MINUTES;
const context = jobContext('outbox');

/**
 * Delivers all due messages of these kinds and returns the number of attempts. The kinds run concurrently, so that a slow
 * mail server delays only e-mails. Several instances may run this at once: none attempts what another one has claimed.
 */
export async function deliverDue(deliveries: Deliveries) {
  const rounds = Object.entries(deliveries).map(([kind, delivery]) => deliverKind(kind, delivery));
  return (await Promise.all(rounds)).reduce((sum, tried) => sum + tried, 0);
}

/**
 * A message is claimed only when it can be attempted immediately, so that its lease covers one attempt and no waiting. An
 * error stops no other attempt: the first one is thrown after all attempts have ended.
 */
async function deliverKind(kind: string, delivery: Delivery) {
  const running: Promise<void>[] = [];
  const errors: unknown[] = [];
  const note = (error: unknown) => void errors.push(error);
  for (;;) {
    const closeSlot = await openSlot(kind, delivery.atOnce);
    if (!closeSlot) break;
    const { isStopping } = deliveryState();
    const message = isStopping ? undefined : await claimDue(db, kind, delivery.longest + GRACE).catch(note);
    if (!message) {
      closeSlot();
      break;
    }
    const attempted = deliverOne(message, delivery).catch(note).finally(closeSlot);
    running.push(attempted);
    deliveryState().running.add(attempted);
    void attempted.finally(() => deliveryState().running.delete(attempted));
  }
  await Promise.all(running);
  if (errors.length > 0) throw errors[0];
  return running.length;
}

async function deliverOne(message: OutboxMessage, delivery: Delivery) {
  const problem = message.fate === 'expired' ? EXPIRED : await attempt(message, delivery);
  const pause = problem?.final ? undefined : delivery.pauses[message.attempts - 1];
  const isReplaced = message.fate === 'replaced';
  const event = isReplaced ? undefined : delivery.eventOf(message, { problem, isLast: pause === undefined });
  if (!event) return void (await settle(db, message, problem, pause));
  await db.transaction(async (tx) => {
    if (await settle(tx, message, problem, pause)) await record(tx, event, context);
  });
}

const EXPIRED: DeliveryProblem = { reason: 'expired', final: true };

function settle(tx: Db, message: OutboxMessage, problem: DeliveryProblem | undefined, pause: number | undefined) {
  if (!problem) return deleteMessage(tx, message);
  return pause === undefined
    ? giveUpMessage(tx, message, problem.reason)
    : postponeMessage(tx, message, problem.reason, pause);
}

/** Makes one attempt, with a time limit. A message whose link has been replaced is not sent. */
async function attempt(message: OutboxMessage, delivery: Delivery): Promise<DeliveryProblem | undefined> {
  if (message.fate === 'replaced') return undefined;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<DeliveryProblem>((done) => {
    timer = setTimeout(() => done({ reason: 'timeout' }), delivery.longest * 1000);
  });
  const made = delivery.attempt(message).catch((error: unknown) => {
    log.error({ err: error, kind: message.kind }, 'a message could not be delivered');
    return { reason: 'internal_error' };
  });
  return Promise.race([made, late]).finally(() => clearTimeout(timer));
}

const deliveryState = lazy('outbox-delivery', () => ({
  isDisabled: false,
  isStopping: false,
  running: new Set<Promise<unknown>>(),
}));

/**
 * Leaves delivery to the server, which polls every two seconds. For the command line, which ends with its answer and prints
 * nothing else.
 */
export function disableDelivery() {
  deliveryState().isDisabled = true;
}

/** What a stop allows for the attempts under way, in milliseconds. What is cut is attempted again after its lease. */
const STOP_TIMEOUT = 3_000;

/** Ends delivery in this process: no further message is claimed, and attempts under way have three seconds to end. */
export async function stopDelivering() {
  deliveryState().isStopping = true;
  await Promise.race([Promise.all(deliveryState().running), sleep(STOP_TIMEOUT)]);
}

/** Delivers the due messages of these kinds after the response, unless this process does not deliver. */
export async function deliverSoon(what: string, deliveries: Deliveries) {
  if (deliveryState().isDisabled) return;
  await afterResponse(what, async () => void (await deliverDue(deliveries)));
}
