import { Cloud, KeyRound, Laptop, Smartphone } from 'lucide-react';
import { type PasskeyKind, passkeyKind } from './passkey-kind';
import type { Passkey } from './types';

const marks: Record<PasskeyKind, typeof Cloud> = {
  cloud: Cloud,
  phone: Smartphone,
  laptop: Laptop,
  'security-key': KeyRound,
};

/** A mark for the kind of thing that keeps the passkey. */
export function PasskeyIcon({ passkey }: { passkey: Passkey }) {
  const Mark = marks[passkeyKind(passkey)];
  return (
    <span className="grid size-11 shrink-0 place-items-center rounded-control border border-line bg-inset text-ink">
      <Mark aria-hidden size={21} strokeWidth={1.75} />
    </span>
  );
}
