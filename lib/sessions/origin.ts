import { config } from '@/lib/config';
import { fromNow } from '@/lib/time';

/** The recovery by link that a session or a factor came from, and until when it is held for that. */
export type Origin = { recoveryId: string | null; heldUntil: Date | null };

/** The origin of everything that came from no recovery link, or from one of the command line. */
export const unheld: Origin = { recoveryId: null, heldUntil: null };

/** Whether the hold after a recovery still lasts, during which the owner, who was notified, may cancel it. */
export const isHeld = ({ heldUntil }: Pick<Origin, 'heldUntil'>) => Boolean(heldUntil && heldUntil > new Date());

/** The origin of a session that a recovery link begins now. */
export const heldFor = (recoveryId: string): Origin => ({ recoveryId, heldUntil: fromNow(config.recoveryHold) });

/**
 * The origin of what is added in a session: the same, held from now on for the whole time while the session is. After that
 * nothing is held, and it still goes with the recovery when that is undone.
 */
export const passedOn = ({ recoveryId, heldUntil }: Origin): Origin =>
  isHeld({ heldUntil }) ? heldFor(recoveryId!) : { recoveryId, heldUntil };

/** The origin of an authentication with several factors: that of the one that is, or was, held longest. */
export function originOf(...factors: Origin[]): Origin {
  const until = ({ heldUntil }: Origin) => heldUntil?.getTime() ?? 0;
  const [longest] = factors.filter(({ recoveryId }) => recoveryId).sort((a, b) => until(b) - until(a));
  return longest ? { recoveryId: longest.recoveryId, heldUntil: longest.heldUntil } : unheld;
}

/** Whether a session may remove or change something: while it is held, only what came by the same recovery. */
export const mayChange = (session: Origin, thing?: Pick<Origin, 'recoveryId'>) =>
  !isHeld(session) || thing?.recoveryId === session.recoveryId;
