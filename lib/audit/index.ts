import 'server-only';
import { afterCommit, type Db, db } from '@/db';
import { log } from '@/lib/log';
import { countEvent } from '@/lib/metrics';
import { describeBrowser, type RequestContext } from '@/lib/request-context';
import { type AuditEvent, type AuditType, auditTypes, storedDetails } from './events';
import { insertEvents, listEvents } from './queries';

export { type AboutEvent, type AuditEvent, type AuditType, auditTypes, byOwner, type PlainEvent } from './events';
export { eventFrom, listAllEvents, purgeEvents } from './queries';

/** Writes an audit event: pass the transaction of the change that it reports. */
export const record = (tx: Db, event: AuditEvent, context: RequestContext) => recordAll(tx, [event], context);

/** Writes the events of a request by one statement. */
export async function recordAll(tx: Db, events: AuditEvent[], context: RequestContext) {
  if (events.length === 0) return;
  await insertEvents(tx, events, context);
  for (const event of events) announce(tx, event, context);
}

/**
 * Puts an event on standard output, from where it can be forwarded (requirement K8), and counts it: once, and not before
 * the transaction has committed. `record` does so by itself; this is for what a larger statement has written.
 */
export const announce = (tx: Db, event: AuditEvent, context: RequestContext) =>
  afterCommit(tx, () => {
    countEvent(event.type, auditTypes[event.type][0], event.reason?.split(' ')[0]);
    const { means: _, ...fields } = event;
    log.info(
      { audit: { ...fields, details: storedDetails(event), outcome: auditTypes[event.type][0], ...context } },
      event.type,
    );
  });

/** What happened to an account lately, newest first, in sentences. */
export const listActivity = async (userId: string, limit = 20) =>
  (await listEvents(db, userId, limit)).map(({ type, browser, ...event }) => ({
    ...event,
    sentence: sentenceOf(type),
    browser: describeBrowser(browser),
  }));

/** The sentence of a type of event. */
export const sentenceOf = (type: string) => auditTypes[type as AuditType]?.[1] ?? 'Something happened';
