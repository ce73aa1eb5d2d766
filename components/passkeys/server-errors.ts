import { noAnswer } from '../ui/no-answer';
import type { ApiError } from './api';
import type { Ceremony } from './ceremony-errors';
import type { Sentence } from './types';

type Words = Pick<Sentence, 'title' | 'text' | 'next' | 'needsSignIn'> & { tone?: Sentence['tone'] };

const words = {
  ...noAnswer,
  unexpected: {
    title: 'Something went wrong',
    text: 'The service could not handle this request. Nothing was changed.',
    next: 'Reload the page and try again.',
  },
  session_required: {
    title: 'You are signed out',
    text: 'Your session has ended, here or on another device.',
    next: 'Sign in again to go on.',
    needsSignIn: true,
  },
  another_account: {
    title: 'Somebody else is signed in now',
    text: 'Another window of this browser has signed in with another account. Nothing was changed.',
    next: 'Reload the page to see whose it is.',
  },
  step_up_required: {
    title: 'Not confirmed yet',
    text: 'This needs a fresh confirmation that it is you. Nothing was changed.',
    next: 'Try again and confirm it.',
    tone: 'neutral' as const,
  },
  on_hold: {
    title: 'This has to wait',
    text: 'You came by a recovery link, or with what was added after one or with a password alone, so what was there before stays as it is for now. Nothing was changed.',
    next: 'Confirm with a passkey that you had before, or wait until the hold is over.',
    tone: 'neutral' as const,
  },
  origin_not_allowed: {
    title: 'This address is not the right one',
    text: 'The request came from an address this service does not know.',
    next: 'Open the service from its usual address and try again.',
  },
  not_found: {
    title: 'This passkey is no longer there',
    text: 'It was removed in the meantime, perhaps in another window.',
    next: 'Reload the page to see your passkeys as they are now.',
    tone: 'neutral' as const,
  },
  challenge_spent: {
    title: 'That took a little too long',
    text: 'The request had run out, or was already answered in another window.',
    next: 'Try again.',
    tone: 'neutral' as const,
  },
  credential_exists: {
    title: 'This passkey is already registered',
    text: 'There is nothing more to do: you can sign in with it.',
    next: 'Reload the page to see it in your list.',
    tone: 'neutral' as const,
  },
  too_many_passkeys: {
    title: 'You have 50 passkeys, which is as many as fit',
    text: 'Another one cannot be added.',
    next: 'Remove one you no longer use, then add the new one.',
  },
  last_way_in: {
    title: 'This is your only way to sign in',
    text: 'It was not removed: without it you would be locked out.',
    next: 'Add another passkey or a password first, then remove this one.',
  },
  unknown_credential: {
    title: 'This passkey is no longer registered here',
    text: 'It was removed from your account, so it cannot open it any more.',
    next: 'Choose another way to sign in.',
  },
  passkey_changed: {
    title: 'This passkey has changed and was refused',
    text: 'Whether it can be synced is not what it was when it was made. It may have been replaced.',
    next: 'Use another passkey, your password, or a link by mail. Then remove this one and add a new one.',
  },
} satisfies Record<string, Words>;

const openTooLong: Words = {
  title: 'This page has been open too long',
  text: 'We no longer know which account the passkey is for. Nothing was saved.',
  next: 'Start again from the link you were given, or sign in.',
};

const perCeremony: Record<string, Partial<Record<Ceremony, Words>>> = {
  authentication_failed: {
    'sign-in': {
      title: 'That passkey did not work',
      text: 'We could not confirm that it is you.',
      next: 'Try again, or use another passkey.',
    },
    confirm: {
      title: 'That passkey did not work',
      text: 'We could not confirm that it is you. Nothing was changed.',
      next: 'Try again with a passkey of this account.',
    },
  },
  challenge_spent: {
    create: {
      title: 'That took a little too long',
      text: 'The request had run out, or was already answered. Your passkey may have been saved all the same.',
      next: 'Reload the page to see whether it is there. If not, try again.',
      tone: 'neutral',
    },
  },
  enrolment_required: { create: openTooLong },
};

const refusedCreation: Words = {
  title: 'Passkey not created',
  text: "This device's answer could not be used. Nothing was saved.",
  next: 'Try again, or choose another device when your browser asks where to save it.',
};

/** The sentence for a refusal of the server's. */
export function describeRefusal(error: ApiError, ceremony: Ceremony): Sentence {
  if (error.status === 429) return { ...tooOften(error.retryAfter), tone: 'neutral' };

  const message =
    perCeremony[error.code]?.[ceremony] ?? (words as Record<string, Words>)[error.code] ?? fallback(error, ceremony);
  const isOurFault = error.status >= 500 || message === words.unexpected;
  return { tone: 'danger', ...message, reference: isOurFault ? error.requestId : undefined };
}

function fallback(error: ApiError, ceremony: Ceremony): Words {
  if (error.status === 400 && ceremony === 'create') return refusedCreation;
  return error.status >= 500 ? words.unavailable : words.unexpected;
}

function tooOften(seconds = 60): Words {
  const wait = seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
  return {
    title: 'Too many tries in a short time',
    text: 'To keep accounts safe we pause for a moment.',
    next: `Wait ${wait}, then try again.`,
  };
}
