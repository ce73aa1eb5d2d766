import { lazy } from '@/lib/lazy';

type Slots = { taken: number; pending?: () => void };

const slots = lazy('outbox-slots', () => new Map<string, Slots>());

/**
 * Waits until fewer than so many attempts of a kind run in this process, whatever started them (an answer, the timer, the
 * jobs route), and counts one more. The function that it returns ends that attempt. Nothing where somebody waits already:
 * they look for what is due after this.
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
