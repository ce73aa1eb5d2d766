import { createHash, randomBytes } from 'node:crypto';
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { type Cbor, cbor, cborMap, uint } from './cbor';
import { type Algorithm, type KeyPair, makeKey } from './cose';

export type Passkey = { id: Buffer; key: KeyPair; userHandle: string; counter: number };

type Flags = Record<'up' | 'uv' | 'be' | 'bs' | 'at' | 'ed', boolean>;
const bits: Record<keyof Flags, number> = { up: 0x01, uv: 0x04, be: 0x08, bs: 0x10, at: 0x40, ed: 0x80 };

/** An attestation statement over what was said; `signed` is what an authenticator would sign. */
export type Attestation = (signed: Buffer, key: KeyPair) => { fmt: Cbor; attStmt: Cbor };

/** What a test wants said otherwise. Members that are left out are said as an honest device says them. */
export type Change = {
  /** Merged into the client data; `undefined` leaves a member out. */
  clientData?: Record<string, unknown>;
  encodeClientData?: (clientData: Record<string, unknown>) => string | Buffer;
  rpId?: string;
  flags?: Partial<Flags>;
  counter?: number;
  aaguid?: string;
  /** The credential id: of the new passkey, and what its authenticator data says if that shall differ. */
  id?: Buffer;
  attestedId?: Buffer;
  key?: KeyPair;
  /** What is attested instead of the key's own COSE form. */
  publicKey?: Cbor | { raw: Buffer };
  extensions?: Buffer;
  authData?: (honest: Buffer) => Buffer;
  attestation?: Attestation;
  attestationObject?: (entries: [string, Cbor][]) => Buffer;
  signature?: (honest: Buffer, signed: Buffer) => Buffer;
  userHandle?: string | null;
  transports?: unknown;
  // biome-ignore lint/suspicious/noExplicitAny: the last hook may make anything of the answer
  answer?: (honest: any) => any;
};

const noAttestation: Attestation = () => ({ fmt: 'none', attStmt: new Map() });

/** A passkey provider in memory: what a phone does, without the phone. Every word of it can be changed. */
export class SoftwareAuthenticator {
  algorithm: Algorithm = 'ES256';
  userVerified = true;
  flags: Partial<Flags> = {};
  passkeys: Passkey[] = [];

  constructor(public origin: string) {}

  /** Makes a passkey and keeps it; what becomes of it is the other side's matter. */
  create(userHandle: string, counter = 0, { id = randomBytes(32), key = makeKey(this.algorithm) }: Change = {}) {
    const passkey = { id, key, userHandle, counter };
    this.passkeys.push(passkey);
    return passkey;
  }

  register(options: PublicKeyCredentialCreationOptionsJSON, change: Change = {}): RegistrationResponseJSON {
    const passkey = this.create(options.user.id, change.counter, change);
    const { attestation = noAttestation } = change;
    const clientData = this.clientData('webauthn.create', options.challenge, change);
    const authData = this.authenticatorData(options.rp.id!, passkey, change, attested(passkey, change));
    const { fmt, attStmt } = attestation(Buffer.concat([authData, sha256(clientData)]), passkey.key);
    const entries: [string, Cbor][] = [
      ['fmt', fmt],
      ['attStmt', attStmt],
      ['authData', authData],
    ];
    const { attestationObject = cborMap, transports = ['internal'], answer = (honest) => honest } = change;
    return answer({
      ...envelope(passkey, { credProps: { rk: true } }),
      response: {
        clientDataJSON: clientData.toString('base64url'),
        attestationObject: attestationObject(entries).toString('base64url'),
        transports,
      },
    });
  }

  signIn(
    options: PublicKeyCredentialRequestOptionsJSON,
    change: Change = {},
    passkey = this.passkeys.at(-1)!,
  ): AuthenticationResponseJSON {
    passkey.counter += 1;
    const { userHandle = passkey.userHandle, signature = (honest) => honest, answer = (honest) => honest } = change;
    const clientData = this.clientData('webauthn.get', options.challenge, change);
    const authData = this.authenticatorData(options.rpId!, passkey, change);
    const signed = Buffer.concat([authData, sha256(clientData)]);
    return answer({
      ...envelope({ id: change.id ?? passkey.id }),
      response: {
        clientDataJSON: clientData.toString('base64url'),
        authenticatorData: authData.toString('base64url'),
        signature: signature((change.key ?? passkey.key).sign(signed), signed).toString('base64url'),
        ...(userHandle === null ? {} : { userHandle }),
      },
    });
  }

  private clientData(type: string, challenge: string, { clientData, encodeClientData = JSON.stringify }: Change) {
    const honest = { type, challenge, origin: this.origin, crossOrigin: false };
    return Buffer.from(encodeClientData({ ...honest, ...clientData }));
  }

  /** WebAuthn §6.1: RP ID hash, flags, counter, at registration the new credential, then extensions */
  private authenticatorData(rpId: string, passkey: Passkey, change: Change, credential = Buffer.alloc(0)) {
    const { extensions = Buffer.alloc(0), authData = (honest) => honest } = change;
    const device = { up: true, uv: this.userVerified, ...this.flags };
    const flags = { ...device, at: credential.length > 0, ed: extensions.length > 0, ...change.flags };
    const flagged = Object.entries(bits).reduce((sum, [name, bit]) => sum | (flags[name as keyof Flags] ? bit : 0), 0);
    const start = [sha256(change.rpId ?? rpId), uint(flagged, 1), uint(change.counter ?? passkey.counter, 4)];
    return authData(Buffer.concat([...start, credential, extensions]));
  }
}

/** WebAuthn §6.5.1: AAGUID, length and bytes of the credential id, public key */
function attested({ id, key }: Passkey, { aaguid = '00'.repeat(16), attestedId = id, publicKey = key.cose }: Change) {
  const encoded = typeof publicKey === 'object' && 'raw' in publicKey ? publicKey.raw : cbor(publicKey);
  return Buffer.concat([
    Buffer.from(aaguid.replaceAll('-', ''), 'hex'),
    uint(attestedId.length, 2),
    attestedId,
    encoded,
  ]);
}

function envelope({ id }: Pick<Passkey, 'id'>, clientExtensionResults = {}) {
  const encoded = id.toString('base64url');
  return { id: encoded, rawId: encoded, type: 'public-key' as const, clientExtensionResults };
}

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest();
