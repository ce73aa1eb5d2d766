import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server';

type Passkey = { id: Buffer; key: KeyObject; userHandle: string; counter: number };

/** A passkey provider in memory: what a phone does, without the phone. Change a field to misbehave. */
export class SoftwareAuthenticator {
  origin: string;
  userVerified = true;
  passkeys: Passkey[] = [];

  constructor(origin: string) {
    this.origin = origin;
  }

  register(options: PublicKeyCredentialCreationOptionsJSON): RegistrationResponseJSON {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const passkey = { id: randomBytes(32), key: privateKey, userHandle: options.user.id, counter: 0 };
    this.passkeys.push(passkey);

    const { x, y } = publicKey.export({ format: 'jwk' });
    const coseKey = cbor(
      new Map<number, unknown>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, decode(x!)],
        [-3, decode(y!)],
      ]),
    );
    const credential = Buffer.concat([Buffer.alloc(16), uint(passkey.id.length, 2), passkey.id, coseKey]);
    const authData = this.authenticatorData(options.rp.id!, passkey.counter, credential);

    return {
      ...this.envelope(passkey),
      response: {
        clientDataJSON: this.clientData('webauthn.create', options.challenge).toString('base64url'),
        attestationObject: cbor(
          new Map<string, unknown>([
            ['fmt', 'none'],
            ['attStmt', new Map()],
            ['authData', authData],
          ]),
        ).toString('base64url'),
        transports: ['internal'],
      },
    };
  }

  signIn(options: PublicKeyCredentialRequestOptionsJSON, passkey = this.passkeys.at(-1)!): AuthenticationResponseJSON {
    passkey.counter += 1;
    const clientData = this.clientData('webauthn.get', options.challenge);
    const authData = this.authenticatorData(options.rpId!, passkey.counter);

    return {
      ...this.envelope(passkey),
      response: {
        clientDataJSON: clientData.toString('base64url'),
        authenticatorData: authData.toString('base64url'),
        signature: sign('sha256', Buffer.concat([authData, sha256(clientData)]), passkey.key).toString('base64url'),
        userHandle: passkey.userHandle,
      },
    };
  }

  private envelope({ id }: Passkey) {
    const encoded = id.toString('base64url');
    return { id: encoded, rawId: encoded, type: 'public-key' as const, clientExtensionResults: {} };
  }

  private clientData(type: string, challenge: string) {
    return Buffer.from(JSON.stringify({ type, challenge, origin: this.origin, crossOrigin: false }));
  }

  /** WebAuthn §6.1: RP ID hash, flags, counter, and at registration the new credential */
  private authenticatorData(rpId: string, counter: number, credential = Buffer.alloc(0)) {
    const flags = 0x01 | (this.userVerified ? 0x04 : 0) | (credential.length ? 0x40 : 0);
    return Buffer.concat([sha256(rpId), uint(flags, 1), uint(counter, 4), credential]);
  }
}

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest();
const decode = (text: string) => Buffer.from(text, 'base64url');

function uint(value: number, bytes: number) {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
}

/** The subset of CBOR that WebAuthn needs: integers, byte and text strings, maps */
function cbor(value: unknown): Buffer {
  const head = (major: number, n: number) =>
    n < 24
      ? uint((major << 5) | n, 1)
      : n < 256
        ? Buffer.concat([uint((major << 5) | 24, 1), uint(n, 1)])
        : Buffer.concat([uint((major << 5) | 25, 1), uint(n, 2)]);

  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Map)
    return Buffer.concat([head(5, value.size), ...[...value].flatMap(([k, v]) => [cbor(k), cbor(v)])]);
  return Buffer.concat([head(2, (value as Buffer).length), value as Buffer]);
}
