import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makePasskey, requestPasskey } from './ceremonies';

const bytes = new Uint8Array([1, 2, 3]).buffer;
const id = 'AQID';

/** A credential as a password manager makes it: only what the standard's answer holds, and whatever else is given. */
const credential = (response: object, more: object = {}) => ({
  id,
  type: 'public-key',
  rawId: bytes,
  response,
  ...more,
});
const signed = { clientDataJSON: bytes, authenticatorData: bytes, signature: bytes };
const made = { clientDataJSON: bytes, attestationObject: bytes };

/** What the browser hands over, in whose place the password manager stands. */
let handed: unknown;

beforeEach(() => {
  vi.stubGlobal('window', { PublicKeyCredential: class {} });
  vi.stubGlobal('PublicKeyCredential', class {});
  vi.stubGlobal('navigator', { credentials: { get: async () => handed, create: async () => handed } });
});
afterEach(() => vi.unstubAllGlobals());

const signIn = () => requestPasskey({ optionsJSON: { challenge: id, rpId: 'localhost' } });
const create = () =>
  makePasskey({
    optionsJSON: {
      challenge: id,
      rp: { id: 'localhost', name: 'Latchkey' },
      user: { id, name: 'ada@example.com', displayName: 'Ada' },
      pubKeyCredParams: [],
    },
  });
const fails = () => {
  throw new Error('not here');
};

describe('an object of a password manager', () => {
  it('without getClientExtensionResults, or with one that throws, signs in', async () => {
    for (const more of [{}, { getClientExtensionResults: fails }]) {
      handed = credential(signed, more);
      expect(await signIn()).toMatchObject({ id, clientExtensionResults: {}, response: { signature: id } });
    }
  });

  it('makes a passkey, also where getTransports is missing or throws', async () => {
    for (const more of [{}, { getTransports: fails }]) {
      handed = credential({ ...made, ...more });
      expect(await create()).toMatchObject({
        id,
        clientExtensionResults: {},
        response: { attestationObject: id, transports: [] },
      });
    }
  });

  it('that has both is believed', async () => {
    const extensionResults = { credProps: { rk: true } };
    handed = credential(
      { ...made, getTransports: () => ['hybrid'] },
      { getClientExtensionResults: () => extensionResults },
    );
    expect(await create()).toMatchObject({
      clientExtensionResults: extensionResults,
      response: { transports: ['hybrid'] },
    });
  });

  it('that lacks the answer itself is told from a fault of ours', async () => {
    handed = credential({});
    await expect(signIn()).rejects.toMatchObject({ name: 'DataError' });
    await expect(create()).rejects.toMatchObject({ name: 'DataError' });
  });
});
