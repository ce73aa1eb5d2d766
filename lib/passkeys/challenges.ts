import { randomBytes } from 'node:crypto';
import { type Db, db } from '@/db';
import { config } from '@/lib/config';
import { hashToken } from '@/lib/crypto';
import { fromNow } from '@/lib/time';
import { type ChallengeKey, insertChallenge } from './queries';

type Row = Parameters<typeof insertChallenge>[1];
type NewChallenge = Partial<Row> & Pick<Row, 'purpose' | 'userVerification'> & { browser: string };

/** Issues a challenge of 32 random bytes, bound to its browser and its demands (WebAuthn §13.4.3). */
export async function issueChallenge({ browser, discoverable = false, ...demands }: NewChallenge, on: Db = db) {
  const challenge = new Uint8Array(randomBytes(32));
  const expiresAt = fromNow(config.webauthn.challengeTimeout);
  const value = Buffer.from(challenge).toString('base64url');
  const row = { ...demands, discoverable, value, browserHash: hashToken(browser), expiresAt };
  const challengeId = await insertChallenge(on, row);
  return { challengeId, challenge, expiresAt };
}

/** The key of a challenge: its id, and the browser that it was issued to. */
export const keyOf = (purpose: ChallengeKey['purpose'], id: string, browser: string): ChallengeKey => ({
  id,
  purpose,
  browserHash: hashToken(browser),
});
