import type { Session } from '@/lib/sessions';
import { fromNow, MINUTES } from '@/lib/time';
import { type WayIn, wayInOf, waysIn } from '@/lib/ways-in';

type PasskeyFacts = {
  passkey: { backupEligible: boolean; uvInitialized: boolean };
  userVerified: boolean;
  passkeyIsTwoFactors?: boolean;
};

/**
 * What a passkey answer is worth (design: sign-in policy 1 and 2). User verification counts only on a passkey that
 * was verified when it was made, or has been confirmed by another factor since (WebAuthn §4, credential record), and
 * where no administrator decided otherwise.
 */
export function factsOf({ passkey, userVerified, passkeyIsTwoFactors = true }: PasskeyFacts) {
  const twoFactors = userVerified && passkey.uvInitialized && passkeyIsTwoFactors;
  // RFC 8176 §2: a key in hardware or one that is synced; "user" is the presence test; "mfa" only when both hold.
  const [hardware, synced] = waysIn.passkey.amr;
  const amr = [passkey.backupEligible ? synced : hardware, 'user', ...(twoFactors ? ['mfa'] : [])];
  // OpenID Connect EAP ACR values: phishing-resistant, and phishing-resistant on hardware.
  const acr = passkey.backupEligible ? 'phr' : 'phrh';
  return { twoFactors, amr, acr, confirmsUserVerification: userVerified && !passkey.uvInitialized };
}

/** What the other ways in are worth: one factor, and none resists phishing. */
export const oneFactor = (way: Exclude<WayIn, 'passkey'>) => ({
  twoFactors: false,
  amr: [waysIn[way].amr[0]] as string[],
  acr: 'aal1',
});

/** What both together are worth: a passkey stays phishing-resistant, anything else has become two factors. */
export const withSecondFactor = ({ amr, acr }: { amr: string[]; acr: string }) => ({
  // A recovery code is a one-time password of a list; RFC 8176 has no other word for it.
  amr: [...amr, 'otp', 'mfa'],
  acr: acr === 'aal1' ? 'aal2' : acr,
});

/** A passkey may be added without asking only right after a sign-in with a password (requirement A19). */
export const mayUpgradeSilently = ({ amr, authTime }: Pick<Session, 'amr' | 'authTime'>) =>
  wayInOf(amr) === 'password' && authTime > fromNow(-5 * MINUTES);
