import { lazy } from '@/lib/lazy';

type Slots = { taken: number; waiting?: () => void };

const slots = lazy('outbox-slots', () => new Map<string, Slots>());

/**
 * Waits until fewer than so many attempts of a kind run in this process, whatever started them (an answer, the timer, the
 * jobs route), and counts one more. The function that it returns ends that attempt. Nothing where somebody waits already:
 * they look for what is due after this.
 */
export async function openSlot(kind: string, atOnce: number) {
  const own: Slots = slots().get(kind) ?? { taken: 0 };
  slots().set(kind, own);
  if (own.waiting) return undefined;
  if (own.taken < atOnce) own.taken += 1;
  else await new Promise<void>((resolve) => (own.waiting = resolve));
  return () => {
    const next = own.waiting;
    own.waiting = undefined;
    if (next) next();
    else own.taken -= 1;
  };
}
