import { Cloud, KeyRound, Laptop, Smartphone } from 'lucide-react';
import { type PasskeyKind, passkeyKind } from './passkey-kind';
import type { Passkey } from './types';

const marks: Record<PasskeyKind, typeof Cloud> = {
  cloud: Cloud,
  phone: Smartphone,
  laptop: Laptop,
  'security-key': KeyRound,
};

/** The provider's own mark where we have it, otherwise one for the kind of thing it is. */
export function PasskeyIcon({ passkey }: { passkey: Passkey }) {
  const Mark = marks[passkeyKind(passkey)];
  return (
    <span className="grid size-11 shrink-0 place-items-center rounded-control border border-line bg-inset text-ink">
      {passkey.icon ? (
        // biome-ignore lint/performance/noImgElement: a data URI, there is nothing to optimise
        <img src={passkey.icon} alt="" width={24} height={24} />
      ) : (
        <Mark aria-hidden size={21} strokeWidth={1.75} />
      )}
    </span>
  );
}
