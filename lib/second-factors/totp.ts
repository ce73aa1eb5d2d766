import { Secret, TOTP } from 'otpauth';
import { config } from '@/lib/config';

const STEP = 30;

/** 160 random bits, as RFC 4226 §4 recommends and every authenticator app takes. */
export const newTotpSecret = () => new Uint8Array(new Secret({ size: 20 }).buffer.slice(0));

const generator = (secret: Uint8Array, label: string) =>
  new TOTP({
    issuer: config.webauthn.rpName,
    label,
    secret: Secret.fromHex(Buffer.from(secret).toString('hex')),
    period: STEP,
    digits: 6,
  });

/** What an authenticator app needs: as an address for the QR code, and as text for typing, in groups of four. */
export function totpEnrolment(secret: Uint8Array, label: string) {
  const totp = generator(secret, label);
  return { uri: totp.toString(), text: totp.secret.base32.replace(/.{4}(?=.)/g, '$& ') };
}

/** Whether a text is a code of an authenticator app at all: six digits, with spaces anywhere. */
export const looksLikeTotp = (text: string) => /^\d{6}$/.test(text.replace(/\s/g, ''));

/** The 30-second step that a code belongs to, now or one step to either side (RFC 6238 §5.2), or nothing. */
export function stepOf(secret: Uint8Array, code: string) {
  const now = Date.now();
  const delta = generator(secret, '').validate({ token: code.replace(/\s/g, ''), window: 1, timestamp: now });
  return delta === null ? undefined : Math.floor(now / 1000 / STEP) + delta;
}
