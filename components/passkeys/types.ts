import type { Passkey } from '@/lib/passkeys';

export type { Passkey };

export type PasskeyListing = { rpId: string; userHandle: string; passkeys: Passkey[] };

/** What a person reads when something did not go through: what it was, why, and what to do now. */
export type Sentence = {
  tone: 'neutral' | 'danger';
  title: string;
  text: string;
  next: string;
  needsSignIn?: true;
  reference?: string;
};
