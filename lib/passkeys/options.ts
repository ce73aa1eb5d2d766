import { generateAuthenticationOptions, generateRegistrationOptions } from '@simplewebauthn/server';
import { config } from '@/lib/config';
import { algorithms } from './public-key';

/** A passkey as the other side of a ceremony names it. */
export type Descriptor = { credentialId: string; transports: string[] };

const timeout = () => config.webauthn.challengeTimeout * 1000;

type Transports = Parameters<typeof generateAuthenticationOptions>[0]['allowCredentials'];
const descriptors = (passkeys: Descriptor[]) =>
  passkeys.map(({ credentialId: id, transports }) => ({ id, transports })) as NonNullable<Transports>;

type Person = { handle: Uint8Array<ArrayBuffer>; email: string; name: string };

/** Options for `navigator.credentials.create` in their JSON form (WebAuthn §5.4), by the eight settings. */
export function creationOptions(person: Person, exclude: Descriptor[], challenge: Uint8Array<ArrayBuffer>) {
  const { webauthn } = config;
  const [attachment, second] = webauthn.attachments;
  return generateRegistrationOptions({
    rpID: webauthn.rpId,
    rpName: webauthn.rpName,
    userID: person.handle,
    userName: person.email,
    userDisplayName: person.name,
    challenge,
    timeout: timeout(),
    attestationType: webauthn.attestation as 'none',
    supportedAlgorithmIDs: algorithms,
    excludeCredentials: descriptors(exclude),
    authenticatorSelection: {
      residentKey: webauthn.residentKey,
      requireResidentKey: webauthn.residentKey === 'required',
      userVerification: webauthn.userVerification,
      authenticatorAttachment: second ? undefined : attachment,
    },
    extensions: { credProps: true },
  });
}

/** Options for `navigator.credentials.get` in their JSON form (WebAuthn §5.5). */
export function requestOptions(
  allow: Descriptor[],
  challenge: Uint8Array<ArrayBuffer>,
  userVerification = config.webauthn.userVerification,
) {
  return generateAuthenticationOptions({
    rpID: config.webauthn.rpId,
    challenge,
    timeout: timeout(),
    userVerification,
    allowCredentials: descriptors(allow),
  });
}
