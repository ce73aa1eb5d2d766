import type { SignInChallenge } from './api';

export type FirstChallenge = SignInChallenge & { expiresAt: string };
export type HeldChallenge = SignInChallenge & { life: number; validUntil: number };

const USUAL_LIFE = 300_000;
const SPARE = 30_000;

/** When a challenge should no longer be put in front of a person: a little before its end. */
export const renewalOf = ({ validUntil, life }: HeldChallenge) => validUntil - Math.min(SPARE, life / 3);

/** Measures a challenge by this device's clock, which may be wrong: it never counts for more than its own lifetime. */
export function holdChallenge(challenge: SignInChallenge, expiresAt?: string): HeldChallenge {
  const now = Date.now();
  const life = challenge.options.timeout ?? USUAL_LIFE;
  const left = expiresAt ? Math.min(Math.max(Date.parse(expiresAt) - now, 0), life) : life;
  return { ...challenge, life, validUntil: now + left };
}

export const isUsable = (held: HeldChallenge) => Date.now() < renewalOf(held);

export const isOver = (held: HeldChallenge) => Date.now() > held.validUntil;

export const isPastHalf = (held: HeldChallenge) => held.validUntil - Date.now() < held.life / 2;
