export type Passkey = {
  id: string;
  credentialId: string;
  name: string;
  provider: string | null;
  icon?: string | null;
  aaguid: string;
  transports: string[];
  authenticatorAttachment: 'platform' | 'cross-platform' | null;
  backupEligible: boolean;
  backupState: boolean;
  createdAt: string;
  lastUsedAt: string | null;
  usedInThisSession: boolean;
  /** When it answered out of order, which a copied passkey would do. */
  counterRegressedAt?: string | null;
};

export type PasskeyListing = { rpId: string; userHandle: string; passkeys: Passkey[] };

export type FormState =
  | { status: 'idle' }
  | { status: 'done'; message?: string; data?: Record<string, string> }
  | { status: 'failed'; message: string; fields?: Record<string, string>; values?: Record<string, string> };

/** What a person reads when something did not go through: what it was, why, and what to do now. */
export type Sentence = { tone: 'neutral' | 'danger'; title: string; text: string; next: string; reference?: string };
