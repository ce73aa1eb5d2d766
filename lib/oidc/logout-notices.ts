import { db } from '@/db';
import { record } from '@/lib/audit';
import type { Requester } from '@/lib/requester';
import { fromNow, MINUTES } from '@/lib/time';
import { provider, tellClient } from './provider';
import { claimNotices, deleteNotice, type Notice, postponeNotice } from './queries';

/** How long after each failed attempt the next one is made, in seconds; after the last one it is given up. */
const pauses = [10, 1 * MINUTES, 10 * MINUTES, 60 * MINUTES];

/** Nobody asks: the provider does this by itself. */
const itself: Requester = { address: '', browser: '', requestId: 'logout-notices' };

/**
 * Tells the clients of sessions that have ended (Back-Channel Logout §2.5), all at the same time, each within three
 * seconds. What fails is tried again, and written down. Several instances share the work.
 */
export async function sendLogoutNotices() {
  const due = await claimNotices(db, fromNow(1 * MINUTES));
  await Promise.all(due.map(send));
  return due.length;
}

async function send(notice: Notice) {
  const problem = await attempt(notice);
  const pause = problem === undefined ? undefined : pauses[notice.attempts - 1];
  const event = { clientId: notice.clientId, subjectId: notice.userId, sessionId: notice.sessionId };
  await db.transaction(async (tx) => {
    if (problem === undefined) await record(tx, { ...event, type: 'client.told-of-logout' }, itself);
    else await record(tx, { ...event, type: 'client.logout-undelivered', reason: problem }, itself);
    if (pause) await postponeNotice(tx, notice.id, fromNow(pause));
    else await deleteNotice(tx, notice.id);
  });
}

/** Sends one; a word about what went wrong, or nothing. */
async function attempt({ clientId, userId, sid }: Notice) {
  try {
    const client = await (await provider()).Client.find(clientId);
    if (client?.backchannelLogoutUri) await tellClient(client, userId, sid);
    return undefined;
  } catch (error) {
    const status = (error as { response?: Response }).response?.status;
    return status ? `status ${status}` : ((error as NodeJS.ErrnoException).code ?? 'unreachable');
  }
}
