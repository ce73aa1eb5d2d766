import { createHash } from 'node:crypto';
import type { Cbor } from '@/tests/helpers/cbor';
import type { KeyPair } from '@/tests/helpers/cose';
import { certificate, der, extension, hex, named, octets, sequence } from './certificates';
import { type Draw, ecdsaKey } from './keys';

/** What a statement is made over. */
type Attested = { authData: Buffer; clientDataHash: Buffer; credentialId: Buffer; key: KeyPair };
type Statement = (said: Attested) => Map<string, Cbor>;

const statement = (members: Record<string, Cbor>) => new Map(Object.entries(members));
const sha256 = (...data: Buffer[]) => createHash('sha256').update(Buffer.concat(data)).digest();
const coordinates = ({ cose }: KeyPair) => [cose.get(-2) as Buffer, cose.get(-3) as Buffer] as const;
const pointOf = (key: KeyPair) => Buffer.concat([hex('04'), ...coordinates(key)]);

/** The statements of §8 as the examples of §16 have them. What they need is drawn before the client data is known. */
export const statements: Record<string, (draw: Draw) => Statement> = {
  none: () => () => statement({}),

  'packed-self':
    () =>
    ({ authData, clientDataHash, key }) =>
      statement({ alg: -7, sig: key.sign(Buffer.concat([authData, clientDataHash])) }),

  packed: (draw) => {
    const [key, serial] = [ecdsaKey('ES256', draw(32)), draw(16)];
    return ({ authData, clientDataHash }) =>
      statement({
        alg: -7,
        sig: key.sign(Buffer.concat([authData, clientDataHash])),
        x5c: [certificate({ serial, point: key.point })],
      });
  },

  tpm: (draw) => {
    const [key, serial] = [ecdsaKey('ES256', draw(32)), draw(16)];
    const x5c = [certificate({ serial, point: key.point, extensions: [tpmUsage, tpmName()], anonymous: true })];
    return (said) => {
      const pubArea = publicArea(said.key);
      const certInfo = certifyInfo(sha256(said.authData, said.clientDataHash), pubArea);
      return statement({ alg: -7, sig: key.sign(certInfo), ver: '2.0', x5c, pubArea, certInfo });
    };
  },

  'android-key': (draw) => {
    const serial = draw(16);
    return ({ authData, clientDataHash, key }) => {
      // KeyDescription: version 300, software, challenge, no unique id, two empty authorization lists
      const parts = [
        hex('0202012c0a01000201000a0100'),
        octets(clientDataHash),
        octets(hex('')),
        sequence(),
        sequence(),
      ];
      const extensions = [extension('2b06010401d679020111', sequence(...parts))];
      const x5c = [certificate({ serial, point: pointOf(key), extensions })];
      return statement({ alg: -7, sig: key.sign(Buffer.concat([authData, clientDataHash])), x5c });
    };
  },

  apple: (draw) => {
    const serial = draw(16);
    return ({ authData, clientDataHash, key }) => {
      const nonce = sequence(der(0xa1, octets(sha256(authData, clientDataHash))));
      return statement({
        x5c: [certificate({ serial, point: pointOf(key), extensions: [extension('2a864886f763640802', nonce)] })],
      });
    };
  },

  'fido-u2f': (draw) => {
    const [key, serial] = [ecdsaKey('ES256', draw(32)), draw(16)];
    return ({ authData, clientDataHash, credentialId, key: credential }) => {
      const signed = [hex('00'), authData.subarray(0, 32), clientDataHash, credentialId, pointOf(credential)];
      return statement({ sig: key.sign(Buffer.concat(signed)), x5c: [certificate({ serial, point: key.point })] });
    };
  },
};

const tpmUsage = extension('551d25', sequence(der(0x06, hex('6781050803'))));

/** TCG EK profile: manufacturer, version and model in the alternative name of a certificate without a subject */
function tpmName() {
  const parts = [
    named('6781050201', 'id:00000000'),
    named('6781050203', 'id:00000000'),
    named('6781050202', 'WebAuthn test vectors'),
  ];
  return extension('551d11', sequence(der(0xa4, sequence(der(0x31, ...parts)))), true);
}

/** TPMT_PUBLIC of a P-256 key */
function publicArea(key: KeyPair) {
  const [x, y] = coordinates(key);
  return Buffer.concat([hex('0023000b00040000000000100010000300100020'), x, hex('0020'), y]);
}

/** TPMS_ATTEST: magic, certify, no signer, extra data, clock, firmware, name of what is certified */
function certifyInfo(extraData: Buffer, pubArea: Buffer) {
  const clock = hex('00000000000000001111111122222222330000000000000000');
  return Buffer.concat([hex('ff544347801700000020'), extraData, clock, hex('0022000b'), sha256(pubArea), hex('0000')]);
}
