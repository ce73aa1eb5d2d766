import { afterEach, expect, test, vi } from 'vitest';
import { canAutofill, canCreateSilently, canForgetRemoved, canUsePasskeys, hasScreenLock } from './capabilities';

afterEach(() => vi.unstubAllGlobals());

function inBrowser(PublicKeyCredential?: object) {
  vi.stubGlobal('window', { PublicKeyCredential });
  vi.stubGlobal('navigator', { credentials: {} });
}
const yes = async () => true;
const no = async () => false;

test('E3: without passkeys in the browser the answer is no', async () => {
  inBrowser();
  expect(canUsePasskeys()).toBe(false);
  expect([await canAutofill(), await hasScreenLock(), await canCreateSilently()]).toEqual(['no', 'no', 'no']);
});

test.each([
  ['what the browser says of itself', { getClientCapabilities: async () => ({ conditionalGet: false }) }, 'no'],
  [
    'that before what older browsers say',
    { getClientCapabilities: async () => ({ conditionalGet: true }), isConditionalMediationAvailable: no },
    'yes',
  ],
  ['what older browsers say', { isConditionalMediationAvailable: yes }, 'yes'],
  [
    'what older browsers say where this one says nothing of it',
    { getClientCapabilities: async () => ({}), isConditionalMediationAvailable: no },
    'no',
  ],
  ['nothing, which is no refusal', {}, 'unknown'],
  ['nothing but an error, which is no refusal either', { getClientCapabilities: () => Promise.reject() }, 'unknown'],
])('E3: autofill is judged by %s', async (_, credential, expected) => {
  inBrowser(credential);
  expect(await canAutofill()).toBe(expected);
});

test('E3: a passkey without a dialog is made only where the browser itself says that it can', async () => {
  inBrowser({ isConditionalMediationAvailable: yes });
  expect(await canCreateSilently()).toBe('unknown');
});

test('E18: only a browser that takes signals is trusted to forget a removed passkey', () => {
  inBrowser({});
  expect(canForgetRemoved()).toBe(false);
  inBrowser({ signalAllAcceptedCredentials: () => undefined });
  expect(canForgetRemoved()).toBe(true);
});
