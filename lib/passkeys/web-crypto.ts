import { createPublicKey, hash, type JsonWebKey, KeyObject, verify, webcrypto } from 'node:crypto';
import { isoCrypto } from '@simplewebauthn/server/helpers';

const { subtle } = webcrypto;
type Algorithm = { name: string; namedCurve?: string; hash?: { name: string } };
type Key = KeyObject | webcrypto.CryptoKey;

/** As much of Web Crypto as `@simplewebauthn/server` uses. */
const direct = {
  getRandomValues: webcrypto.getRandomValues.bind(webcrypto),
  subtle: {
    digest: async (algorithm: string, data: Uint8Array) => hash(algorithm, data, 'buffer'),

    importKey: async (_: 'jwk', key: JsonWebKey, algorithm: Algorithm, isExtractable: boolean, usages: ['verify']) =>
      algorithm.name === 'ECDSA' && algorithm.namedCurve === 'P-256'
        ? withoutStacks(() => createPublicKey({ key, format: 'jwk' }))
        : subtle.importKey('jwk', key, algorithm, isExtractable, usages),

    verify: async (
      algorithm: Algorithm,
      key: Key,
      signature: Uint8Array<ArrayBuffer>,
      data: Uint8Array<ArrayBuffer>,
    ) =>
      key instanceof KeyObject
        ? withoutStacks(() => verify(algorithm.hash!.name, data, { key, dsaEncoding: 'ieee-p1363' }, signature))
        : subtle.verify(algorithm, key, signature, data),
  },
};

/** Node.js finds out by exceptions what it was given as a key; the stacks of these, which nobody sees, take as long as the key. */
function withoutStacks<T>(work: () => T) {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/**
 * Gives `@simplewebauthn/server` a Web Crypto that does on this thread what is over sooner than a thread of the pool begins: digests, and
 * signatures by P-256, the key of nearly every passkey; by the same OpenSSL. Larger keys go to the pool as before. The library
 * takes Web Crypto from the global of that name when it is first used, and keeps it; nothing else ever sees this one
 * (decision 0065).
 */
export function giveDirectCrypto() {
  const platform = Object.getOwnPropertyDescriptor(globalThis, 'crypto')!;
  Object.defineProperty(globalThis, 'crypto', { value: direct, configurable: true });
  try {
    void isoCrypto.getRandomValues(new Uint8Array(1));
  } finally {
    Object.defineProperty(globalThis, 'crypto', platform);
  }
}
