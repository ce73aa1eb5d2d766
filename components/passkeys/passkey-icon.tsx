import { Cloud, KeyRound, Laptop, Smartphone } from 'lucide-react';
import type { Passkey } from './types';

type PasskeyKind = 'cloud' | 'phone' | 'laptop' | 'security-key';

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

type Facts = Pick<Passkey, 'authenticatorAttachment' | 'transports' | 'backupEligible'>;

/** What a passkey most likely lives on, for its mark and its words. It is a guess from what the browser said. */
export function passkeyKind({ authenticatorAttachment, transports, backupEligible }: Facts): PasskeyKind {
  if (backupEligible) return authenticatorAttachment === 'cross-platform' ? 'phone' : 'cloud';
  const plugged = transports.some((transport) => ['usb', 'nfc', 'ble', 'smart-card'].includes(transport));
  if (plugged) return 'security-key';
  if (transports.includes('internal') || authenticatorAttachment === 'platform') return 'laptop';
  return transports.includes('hybrid') ? 'phone' : 'security-key';
}
