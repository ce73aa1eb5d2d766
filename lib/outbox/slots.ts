import { lazy } from '@/lib/lazy';

type Slots = { taken: number; pending?: () => void };

const slots = lazy('outbox-slots', () => new Map<string, Slots>());

/**
 * A semaphore for each kind, which limits the attempts that run in this process, whatever started them (a response, the
 * timer, the jobs route). Returns the function that releases the slot, or nothing where another caller waits already: that
 * one will find what is due by then.
 */
export async function openSlot(kind: string, atOnce: number) {
  const slot: Slots = slots().get(kind) ?? { taken: 0 };
  slots().set(kind, slot);
  if (slot.pending) return undefined;
  if (slot.taken < atOnce) slot.taken += 1;
  else await new Promise<void>((resolve) => (slot.pending = resolve));
  return () => {
    const next = slot.pending;
    slot.pending = undefined;
    if (next) next();
    else slot.taken -= 1;
  };
}
