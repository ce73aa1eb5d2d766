import { randomBytes } from 'node:crypto';
import { db } from '@/db';
import { config } from '@/lib/config';
import { hashToken } from '@/lib/crypto';
import { fromNow } from '@/lib/time';
import { type ChallengeKey, insertChallenge, type NewChallenge } from './queries';

type Demands = Partial<NewChallenge> & Pick<NewChallenge, 'purpose' | 'userVerification'>;

/** A challenge of 32 random bytes, bound to its browser and its demands (WebAuthn §13.4.3), with its row. */
export function newChallenge(browser: string, demands: Demands) {
  const challenge = new Uint8Array(randomBytes(32));
  const row: NewChallenge = {
    ...{ discoverable: false, conditional: false, userId: null, sessionId: null, enrolmentId: null, returnTo: null },
    ...demands,
    value: Buffer.from(challenge).toString('base64url'),
    browserHash: hashToken(browser),
    expiresAt: fromNow(config.webauthn.challengeTimeout).toISOString(),
  };
  return { challenge, row };
}

/** Issues a challenge to a browser. */
export async function issueChallenge(browser: string, demands: Demands) {
  const { challenge, row } = newChallenge(browser, demands);
  const [{ id: challengeId }] = (await insertChallenge(db, row)) as [{ id: string }];
  return { challengeId, challenge };
}

/** The key of a challenge: its id, and the browser that it was issued to. */
export const keyOf = (purpose: ChallengeKey['purpose'], id: string, browser: string): ChallengeKey => ({
  id,
  purpose,
  browserHash: hashToken(browser),
});
