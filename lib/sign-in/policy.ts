import type { Session } from '@/lib/sessions';
import { fromNow, MINUTES } from '@/lib/time';

type Facts = { passkey: { backupEligible: boolean; uvInitialized: boolean }; userVerified: boolean };

/**
 * What a passkey answer is worth (design: sign-in policy 1 and 2). User verification counts only on a passkey that
 * was verified when it was made, or has been confirmed by another factor since (WebAuthn §4, credential record).
 */
export function factsOf({ passkey, userVerified }: Facts) {
  const twoFactors = userVerified && passkey.uvInitialized;
  // RFC 8176 §2: a key in hardware or one that is synced; "user" is the presence test; "mfa" only when both hold.
  const amr = [passkey.backupEligible ? 'swk' : 'hwk', 'user', ...(twoFactors ? ['mfa'] : [])];
  // OpenID Connect EAP ACR values: phishing-resistant, and phishing-resistant on hardware.
  const acr = passkey.backupEligible ? 'phr' : 'phrh';
  return { twoFactors, amr, acr };
}

/** A passkey may be added without asking only right after a sign-in with a password (requirement A19). */
export const mayUpgradeSilently = ({ amr, authTime }: Pick<Session, 'amr' | 'authTime'>) =>
  amr.includes('pwd') && authTime > fromNow(-5 * MINUTES);
