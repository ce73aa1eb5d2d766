import type { Sentence } from './types';

export type Ceremony = 'sign-in' | 'create' | 'confirm';

type Words = Omit<Sentence, 'reference'>;
type Row = Record<Ceremony, Words> & { traced?: true };

const neutral = (title: string, text: string, next: string): Words => ({ tone: 'neutral', title, text, next });
const danger = (title: string, text: string, next: string): Words => ({ tone: 'danger', title, text, next });

const providerTrouble: Row = {
  'sign-in': danger(
    'Your passkey provider reported a problem',
    'The device or app that keeps your passkey could not answer.',
    'Try again, or use a passkey from another device.',
  ),
  create: danger(
    'Your passkey provider reported a problem',
    'The device or app that keeps your passkeys could not save a new one. Nothing was saved.',
    'Try again, or choose another device when your browser asks where to save it.',
  ),
  confirm: danger(
    'Your passkey provider reported a problem',
    'The device or app that keeps your passkey could not answer. Nothing was changed.',
    'Try again, or use another of your passkeys.',
  ),
};

const ourFault: Row = {
  traced: true,
  'sign-in': danger(
    'Passkeys cannot be used here right now',
    'Something is not set up correctly on our side, so your browser refused to ask for your passkey.',
    'Reload the page. If it stays like this, tell the people who run this service.',
  ),
  create: danger(
    'A passkey cannot be created here right now',
    'Something is not set up correctly on our side, so your browser refused. Nothing was saved.',
    'Reload the page. If it stays like this, tell the people who run this service.',
  ),
  confirm: danger(
    'We could not ask for your passkey',
    'Something is not set up correctly on our side, so your browser refused. Nothing was changed.',
    'Reload the page. If it stays like this, tell the people who run this service.',
  ),
};

const nothingSuitable: Row = {
  'sign-in': danger(
    'This device cannot check that it is you',
    'It has no fingerprint, face or screen lock set up.',
    'Set up a screen lock, or use a passkey from another device.',
  ),
  create: danger(
    'This device cannot keep a passkey yet',
    'It needs a screen lock, and a place to save passkeys. Nothing was saved.',
    'Set up a screen lock, or choose your phone or a security key when your browser asks where to save it.',
  ),
  confirm: danger(
    'This device cannot check that it is you',
    'It has no fingerprint, face or screen lock set up. Nothing was changed.',
    'Set up a screen lock, or use another of your passkeys.',
  ),
};

/** What the browser says about a ceremony (its DOMException names), in words of ours. */
export const browserErrors: Record<string, Row> = {
  NotAllowedError: {
    'sign-in': neutral(
      'No problem, you are not signed in yet',
      'The request was closed or timed out. Nothing was changed.',
      'Try again when you are ready, or use your password.',
    ),
    create: neutral(
      'Passkey not created',
      'No problem. The request was closed or timed out, and nothing was changed.',
      'Try again when you are ready. What you typed is still here.',
    ),
    confirm: neutral(
      'Not confirmed yet',
      'No problem. The request was closed or timed out, and nothing was changed.',
      'Try again when you are ready.',
    ),
  },
  InvalidStateError: {
    'sign-in': providerTrouble['sign-in'],
    create: neutral(
      'This device already has a passkey for your account',
      'There is nothing more to do here: you can sign in with the one it has.',
      'To add another, choose a different device when your browser asks where to save it.',
    ),
    confirm: providerTrouble.confirm,
  },
  ConstraintError: nothingSuitable,
  NotSupportedError: {
    'sign-in': danger(
      'This browser cannot use passkeys here',
      'It does not offer what signing in with a passkey needs.',
      'Update the browser, or try another browser or device.',
    ),
    create: danger(
      'This device cannot create a compatible passkey',
      'What it offers does not fit this service. Nothing was saved.',
      'Choose another device, your phone, or a newer security key.',
    ),
    confirm: danger(
      'This browser cannot use passkeys here',
      'It does not offer what is needed. Nothing was changed.',
      'Update the browser, or try another browser or device.',
    ),
  },
  SecurityError: ourFault,
  TypeError: ourFault,
  EncodingError: ourFault,
  OperationError: providerTrouble,
  UnknownError: providerTrouble,
  NotReadableError: providerTrouble,
  DataError: providerTrouble,
};

/**
 * The sentence for an exception of `navigator.credentials`, or nothing where silence is right: when we stopped the
 * request ourselves, and whatever happens to autofill, which nobody asked for.
 */
export function describeException(cause: unknown, ceremony: Ceremony, requestId?: string): Sentence | undefined {
  const name = cause instanceof Error || cause instanceof DOMException ? cause.name : 'UnknownError';
  if (name === 'AbortError') return undefined;

  const row = browserErrors[name] ?? browserErrors.UnknownError ?? providerTrouble;
  if (!row.traced) return row[ceremony];

  console.error('The browser refused a passkey request:', name, requestId ?? '');
  return { ...row[ceremony], reference: requestId };
}
