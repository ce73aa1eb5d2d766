import 'server-only';
import { afterCommit, type Db, db } from '@/db';
import { log } from '@/lib/log';
import { countEvent } from '@/lib/metrics';
import { describeBrowser, type RequestContext } from '@/lib/request-context';
import { type AuditEvent, type AuditType, auditTypes, storedDetails } from './events';
import { type EventFilter, insertEvent, listAllEvents, listEvents } from './queries';

export { type AboutEvent, type AuditEvent, type AuditType, auditTypes, byOwner, type PlainEvent } from './events';
export { type EventFilter, eventFrom, listAllEvents, purgeEvents } from './queries';

/** Writes an audit event: pass the transaction of the change that it reports. */
export async function record(tx: Db, event: AuditEvent, context: RequestContext) {
  await insertEvent(tx, event, context);
  announce(tx, event, context);
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
  (await listEvents(db, userId, limit)).map(({ type, ...event }) => inWords(type, event));

/** What happened to anybody lately, newest first, in sentences; that they were read is recorded (requirement K5). */
export async function readAudit(
  filter: EventFilter,
  reader: { id: string; userId: string },
  context: RequestContext,
  limit = 100,
) {
  const events = await listAllEvents(db, filter, limit);
  await record(
    db,
    { type: 'admin.audit-read', details: filter, actorId: reader.userId, sessionId: reader.id },
    context,
  );
  return events.map((event) => inWords(event.type, event));
}

/** The sentence of a type of event. */
export const sentenceOf = (type: string) => auditTypes[type as AuditType]?.[1] ?? 'Something happened';

const inWords = <E extends { browser: string }>(type: string, event: E) => ({
  ...event,
  sentence: sentenceOf(type),
  browser: describeBrowser(event.browser),
});
