import { db } from '@/db';
import { record } from '@/lib/audit';
import { jobContext } from '@/lib/request-context';
import { fromNow, MINUTES, SECONDS } from '@/lib/time';
import { REFUSED } from './outbound';
import { notifyClient, provider } from './provider';
import { claimNotices, deleteNotice, type Notice, postponeNotice } from './queries';

/** How long after each failed attempt the next one is made, in seconds; after the last one it is given up. */
const pauses = [10, 1 * MINUTES, 10 * MINUTES, 60 * MINUTES];

/** A request takes three seconds at most; whatever keeps an attempt for longer must not keep its round. */
const LONGEST = 6 * SECONDS;

const itself = jobContext('logout-notices');

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
async function attempt(notice: Notice) {
  try {
    await inTime(tell(notice));
    return undefined;
  } catch (error) {
    const { response, code, name } = error as NodeJS.ErrnoException & { response?: Response };
    if (response) return `status ${response.status}`;
    if (code === REFUSED) return 'address not allowed, see PRIVATE_CLIENTS';
    if (name === 'TimeoutError' || code === 'ABORT_ERR') return 'timeout';
    return code ?? 'unreachable';
  }
}

async function tell({ clientId, userId, sid }: Notice) {
  const client = await (await provider()).Client.find(clientId);
  if (client?.backchannelLogoutUri) await notifyClient(client, userId, sid);
}

/** Waits for something, but not for ever. */
async function inTime(work: Promise<void>) {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(Object.assign(new Error('no answer in time'), { code: 'timeout' })),
      LONGEST * 1000,
    );
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
