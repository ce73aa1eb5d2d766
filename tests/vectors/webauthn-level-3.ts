import { createHash } from 'node:crypto';
import { cbor, uint } from '@/tests/helpers/cbor';
import { credentialKey, type Draw, drawsOf, type Kind } from './keys';
import { statements } from './statements';

/** One example of the Recommendation, and the SHA-256 of its five published outputs. */
type Example = {
  info: string;
  kind: Kind;
  fmt: string;
  self?: boolean;
  client?: object;
  challengeLength?: number;
  idLength?: number;
  published: string;
};

const example = (info: string, kind: Kind, fmt: string, published: string, more: Partial<Example> = {}): Example => ({
  info,
  kind,
  fmt,
  published,
  ...more,
});

const foreign = { crossOrigin: true };

/**
 * The examples of WebAuthn Level 3 §16 (https://www.w3.org/TR/webauthn-3/#sctn-test-vectors), made anew from the
 * derivations that the Recommendation gives for every value, and held to its published bytes by their hashes.
 */
export const examples: Record<string, Example> = {
  'none-es256': example(
    'none.ES256',
    'ES256',
    'none',
    'c6f58f8fcc599d38038260e40373108a8826618aa10d88cb9639990e70962d71',
  ),
  'packed-self-es256': example(
    'packed-self.ES256',
    'ES256',
    'packed',
    '82fa67138fd484b8a84ae0a935c9dd026158a38348b74e61718bc2fed4540d46',
    { self: true },
  ),
  'none-es256-crossOrigin': example(
    'none.ES256.crossOrigin',
    'ES256',
    'none',
    '490eabab3915550411034b0b5e695c4e0bc1df40f7be53ebe70f555b09aeccd1',
    { client: foreign },
  ),
  'none-es256-topOrigin': example(
    'none.ES256.topOrigin',
    'ES256',
    'none',
    '980ce56f3500f35a6e4082b22c3e8ae0d577a7a431d9049f9154f513eeb1e2aa',
    { client: { ...foreign, topOrigin: 'https://example.com' } },
  ),
  'none-es256-long-credential-id': example(
    'none.ES256.long-credential-id',
    'ES256',
    'none',
    '2d6fd540ae13661054b27563f28281be13c563f51572c0461ff2ca9d487580b9',
    { idLength: 1023 },
  ),
  'packed-es256': example(
    'packed.ES256',
    'ES256',
    'packed',
    '4f09df9815fc434e8477fbd6cc92d0ea1e12c8f73707a88696cd58d7e31a687e',
  ),
  'packed-es384': example(
    'packed.ES384',
    'ES384',
    'packed',
    'a1836c373eb692fe6bf0e84c3cbdcb0d6306ff40f1e7019ccb2d7164d7f0893c',
  ),
  'packed-es512': example(
    'packed.ES512',
    'ES512',
    'packed',
    'a42047fd54df85cb16443985fb6f22e6e59f90e6ebf1b22955393fef402e9bcf',
    { challengeLength: 128 },
  ),
  'packed-rs256': example(
    'packed.RS256',
    'RS256',
    'packed',
    '41d2b44e50be0d9b95be2362cec7499050d59d0d5651a148142e5945412f38aa',
  ),
  'packed-eddsa': example(
    'packed.EdDSA',
    'EdDSA',
    'packed',
    'e57ce59b3d598274e6fddf2ffc96f9dc7c07bb7ee2d653d2f889eda6e1011a06',
  ),
  'packed-ed448': example(
    'packed.Ed448',
    'Ed448',
    'packed',
    '2052ec0a88ab3f9e9f8a4f50c9de0321a152ef0971d9f2f67bcd6684fd4e07d0',
  ),
  'tpm-es256': example('tpm.ES256', 'ES256', 'tpm', '84cc15f59f05d40480ef13cd91d0bb9577ba1508483335efd717a8764b34076e'),
  'android-key-es256': example(
    'android-key.ES256',
    'ES256',
    'android-key',
    '7e0b999ed85324233d0844e05b33143c9fa964f3d02960a9290313e65e07cc5b',
  ),
  'apple-es256': example(
    'apple.ES256',
    'ES256',
    'apple',
    '30987347cfd02bdd1151a8c4fd2a6caa51eceb603717c4101a962b211c303db8',
  ),
  'fido-u2f-es256': example(
    'fido-u2f.ES256',
    'ES256',
    'fido-u2f',
    '3d0a2be0e2e198a6f5f375f41dad23333d692af103216a7709ec6741415b389f',
  ),
};

const UV = 0x04;
const BE = 0x08;
const BS = 0x10;

/** Plays an example's authenticator and client. */
export function derive({ info, kind, fmt, self = false, client = {}, challengeLength = 32, idLength = 32 }: Example) {
  const draw = drawsOf(info);
  const challenge = draw(challengeLength);
  const key = credentialKey(kind, draw);
  const clientDataJSON = clientData('webauthn.create', challenge, client, draw);
  const [aaguid, id] = [draw(16), draw(idLength)];
  const flags = fmt === 'fido-u2f' ? 0 : withoutLoneBackup(draw(1)[0]! & (UV | BE | BS));
  const state = statements[self ? 'packed-self' : fmt]!(draw);

  const credential = Buffer.concat([aaguid, uint(id.length, 2), id, cbor(key.cose)]);
  const authData = Buffer.concat([rpIdHash, uint(0x41 | flags, 1), uint(0, 4), credential]);
  const attStmt = state({ authData, clientDataHash: sha256(clientDataJSON), credentialId: id, key });
  const object = { fmt, attStmt, authData };
  const attestationObject = cbor(new Map(Object.entries(object)));

  const registration = { challenge, id, publicKey: cbor(key.cose), clientDataJSON, attestationObject };
  return { registration, authentication: authentication(draw, key, { client, challengeLength, flags }) };
}

type Ceremony = { client: object; challengeLength: number; flags: number };

function authentication(
  draw: Draw,
  key: { sign: (data: Buffer) => Buffer },
  { client, challengeLength, flags }: Ceremony,
) {
  const challenge = draw(challengeLength);
  const clientDataJSON = clientData('webauthn.get', challenge, client, draw);
  const drawn = withoutLoneBackup((draw(1)[0]! & (UV | BS)) | (flags & BE));
  const authenticatorData = Buffer.concat([rpIdHash, uint(0x01 | drawn, 1), uint(0, 4)]);
  const signature = key.sign(Buffer.concat([authenticatorData, sha256(clientDataJSON)]));
  return { challenge, authenticatorData, clientDataJSON, signature };
}

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest();
const rpIdHash = sha256('example.org');
const withoutLoneBackup = (flags: number) => (flags & BE ? flags : flags & ~BS);

/** Where the drawn flag says so, with a member that nobody knows: it must be read past (§5.8.1). */
function clientData(type: string, challenge: Buffer, client: object, draw: Draw) {
  const extended = (draw(1)[0]! & 1) === 1;
  const extraData = `clientDataJSON may be extended with additional fields in the future, such as this: ${extended ? draw(16).toString('base64url') : ''}`;
  const known = {
    type,
    challenge: challenge.toString('base64url'),
    origin: 'https://example.org',
    crossOrigin: false,
    ...client,
  };
  return Buffer.from(JSON.stringify(extended ? { ...known, extraData } : known));
}

/** The hash of the outputs in the order in which the Recommendation prints them. */
export function fingerprint({ registration, authentication }: ReturnType<typeof derive>) {
  const { authenticatorData, clientDataJSON, signature } = authentication;
  const outputs = [
    registration.clientDataJSON,
    registration.attestationObject,
    authenticatorData,
    clientDataJSON,
    signature,
  ];
  return sha256(Buffer.concat(outputs)).toString('hex');
}
