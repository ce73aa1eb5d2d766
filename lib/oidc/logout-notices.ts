import type { Delivery, DeliveryProblem, OutboxMessage } from '@/lib/outbox';
import { MINUTES, SECONDS } from '@/lib/time';
import { REFUSED } from './outbound';
import { notifyClient, provider } from './provider';

/**
 * How the clients of sessions that have ended are told (Back-Channel Logout §2.5): each within three seconds, and every
 * attempt is written down. A notice that is sent again after a crash has the same `jti`.
 */
export const logoutNoticeDelivery: Delivery = {
  pauses: [10 * SECONDS, 1 * MINUTES, 10 * MINUTES, 60 * MINUTES],
  longest: 6 * SECONDS,
  atOnce: 5,
  attempt: (notice) => notify(notice).catch(problemOf),
  eventOf: ({ clientId, payload }, { problem }) => ({
    type: problem ? 'client.logout-undelivered' : 'client.told-of-logout',
    reason: problem?.reason,
    clientId,
    subjectId: payload?.userId,
    sessionId: payload?.sessionId,
  }),
};

async function notify({ id: jti, clientId, payload }: OutboxMessage): Promise<DeliveryProblem | undefined> {
  const client = await (await provider()).Client.find(clientId!);
  if (!client?.backchannelLogoutUri) return { reason: 'address_removed', final: true };
  await notifyClient(client, { userId: payload!.userId!, sid: payload!.sid!, jti });
  return undefined;
}

function problemOf(error: unknown): DeliveryProblem {
  const { response, code, name } = error as NodeJS.ErrnoException & { response?: Response };
  if (response) return { reason: `status_${response.status}` };
  if (code === REFUSED) return { reason: 'address_not_allowed' };
  if (name === 'TimeoutError' || code === 'ABORT_ERR') return { reason: 'timeout' };
  return { reason: code ?? 'unreachable' };
}
