import { createHash } from 'node:crypto';
import { drawsOf, ecdsaKey } from './keys';

/** X.690 DER, as much as a certificate needs. */
export function der(tag: number, ...contents: Buffer[]) {
  const content = Buffer.concat(contents);
  const { length } = content;
  const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}

export const hex = (text: string) => Buffer.from(text, 'hex');
export const sequence = (...contents: Buffer[]) => der(0x30, ...contents);
export const octets = (content: Buffer) => der(0x04, content);
export const named = (oid: string, value: string, tag = 0x0c) =>
  sequence(der(0x06, hex(oid)), der(tag, Buffer.from(value)));

const bits = (content: Buffer) => der(0x03, Buffer.alloc(1), content);
const integer = (value: Buffer) => der(0x02, value[0]! & 0x80 ? Buffer.concat([Buffer.alloc(1), value]) : value);
const critical = hex('0101ff');

export const extension = (oid: string, value: Buffer, isCritical = false) =>
  sequence(der(0x06, hex(oid)), ...(isCritical ? [critical] : []), octets(value));

const name = (unit: string) =>
  sequence(
    ...[
      named('550403', 'WebAuthn test vectors'),
      named('55040a', 'W3C'),
      named('55040b', unit),
      named('550406', 'AA', 0x13),
    ].map((part) => der(0x31, part)),
  );

const ecdsaWithSha256 = sequence(der(0x06, hex('2a8648ce3d040302')));
const issuer = ecdsaKey('ES256', drawsOf('Attestation CA')(32));
const keyId = (point: Buffer) => createHash('sha1').update(point).digest();

type Certificate = { serial: Buffer; point: Buffer; extensions?: Buffer[]; anonymous?: boolean };

/** An attestation certificate under the examples' own root, for a P-256 key. */
export function certificate({ serial, point, extensions = [], anonymous = false }: Certificate) {
  const key = sequence(der(0x06, hex('2a8648ce3d0201')), der(0x06, hex('2a8648ce3d030107')));
  const body = sequence(
    der(0xa0, hex('020102')),
    integer(serial),
    ecdsaWithSha256,
    name('Authenticator Attestation CA'),
    sequence(der(0x17, Buffer.from('240101000000Z')), der(0x18, Buffer.from('30240101000000Z'))),
    anonymous ? sequence() : name('Authenticator Attestation'),
    sequence(key, bits(point)),
    der(
      0xa3,
      sequence(
        extension('551d13', sequence(), true),
        extension('551d0f', hex('03020780'), true),
        extension('551d0e', octets(keyId(point))),
        extension('551d23', sequence(der(0x80, keyId(issuer.point)))),
        ...extensions,
      ),
    ),
  );
  return sequence(body, ecdsaWithSha256, bits(issuer.sign(body)));
}
