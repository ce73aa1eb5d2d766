import { z } from 'zod';
import { type Db, db } from '@/db';
import { sessionOf } from '@/lib/actor';
import { sendEmail, totpChangedEmail } from '@/lib/mail';
import { fieldError } from '@/lib/messages';
import { operation } from '@/lib/operation';
import { clearFactorAttempts, takeFactorAttempt } from '@/lib/rate-limits';
import { notifyOfAdded } from '@/lib/recovery';
import { fail, ok } from '@/lib/result';
import { mayChange, originOfAdded } from '@/lib/sessions';
import { open, seal } from '@/lib/vault';
import { consumeStep, deleteCodes, deleteTotp, findTotp, replaceCodes, setOrigin, upsertUnconfirmed } from './queries';
import { makeRecoveryCodes } from './recovery-code';
import { looksLikeTotp, newTotpSecret, stepOf, totpEnrolment } from './totp';

const codes = z.array(z.string());

export const startTotp = operation({
  name: 'totp.start',
  summary: 'Begins enrolling an authenticator app: a secret that counts for nothing until it is confirmed with a code.',
  access: 'recent-session',
  /** The secret, as an address for a QR code and as text for typing. */
  output: z.object({ uri: z.string(), text: z.string() }),
  secrets: ['uri', 'text'],
  refusals: ['totp_enabled'],
  run: async (_, { tx, session: { userId, email } }) => {
    const secret = newTotpSecret();
    const stored = await upsertUnconfirmed(tx, userId, seal('totp_secrets', userId, secret));
    return stored ? ok(totpEnrolment(secret, email)) : fail('totp_enabled');
  },
});

/** The step of a right first code, with new recovery codes. */
async function checkFirstCode(code: string, userId: string) {
  if (!looksLikeTotp(code)) return fail('totp_code_malformed');
  const attempt = await takeFactorAttempt('second-factor', userId);
  if (!attempt.ok) return fail('too_many_requests');
  const stored = await findTotp(db, userId);
  const secret = stored && !stored.confirmedAt ? await open('totp_secrets', userId, stored) : undefined;
  const step = secret && stepOf(secret, code);
  if (step === undefined) return fail('totp_code_wrong');
  const made = await makeRecoveryCodes();
  return made.ok ? ok({ step, ...made.value }) : made;
}

export const confirmTotp = operation({
  name: 'totp.confirm',
  summary: 'Confirms the authenticator app with its first code; the recovery codes in the answer are shown once.',
  access: 'recent-session',
  limit: 'password',
  input: z.object({ code: z.string().min(1, fieldError('code_missing')).max(20) }),
  output: z.object({ codes }),
  secrets: ['codes'],
  refusals: ['totp_code_malformed', 'totp_code_wrong', 'too_many_requests', 'busy'],
  prepare: ({ code }, actor) => checkFirstCode(code, sessionOf(actor).userId),
  run: async (_, { tx, session, record }, checked) => {
    if (!checked.ok) return checked;
    const { userId, email } = session;
    const { step, rows, shown } = checked.value;
    if (!(await consumeStep(tx, userId, step, 'unconfirmed'))) return fail('totp_code_wrong');
    const origin = originOfAdded(session);
    await setOrigin(tx, userId, origin);
    await clearFactorAttempts(tx, 'second-factor', userId);
    await replaceCodes(tx, userId, rows);
    await record('totp.enabled', { subjectId: userId });
    await notifyOfAdded(tx, { id: userId, email }, { what: 'totp', origin, message: totpChangedEmail(email, 'on') });
    return ok({ codes: shown });
  },
});

/**
 * Turns a user's authenticator app off and ends its recovery codes, inside the caller's transaction, which holds the user's
 * row; tells whether it was on, which the caller writes down.
 */
export async function clearTotp(tx: Db, { id, email }: { id: string; email: string }) {
  const totp = await deleteTotp(tx, id);
  await deleteCodes(tx, id);
  await clearFactorAttempts(tx, 'second-factor', id);
  if (!totp?.confirmedAt) return false;
  await sendEmail(tx, totpChangedEmail(email, 'off'), { userId: id });
  return true;
}

/** While the session is held for a recovery, what is older stays. */
export const removeOwnTotp = operation({
  name: 'totp.remove',
  summary: 'Turns the authenticator app off and ends its recovery codes.',
  access: 'recent-session',
  refusals: ['on_hold'],
  run: async (_, { tx, session, record }) => {
    const { userId: id, email } = session;
    if (!mayChange(session, await findTotp(tx, id))) return fail('on_hold');
    if (await clearTotp(tx, { id, email })) await record('totp.disabled', { subjectId: id });
    return ok({});
  },
});

export const renewRecoveryCodes = operation({
  name: 'recovery_codes.renew',
  summary: 'Ends the old recovery codes and issues ten new ones, which are shown once.',
  access: 'recent-session',
  limit: 'password',
  output: z.object({ codes }),
  secrets: ['codes'],
  refusals: ['busy', 'on_hold', 'totp_not_enabled'],
  prepare: makeRecoveryCodes,
  run: async (_, { tx, session, record }, made) => {
    if (!made.ok) return made;
    const totp = await findTotp(tx, session.userId);
    if (!totp?.confirmedAt) return fail('totp_not_enabled');
    if (!mayChange(session, totp)) return fail('on_hold');
    await replaceCodes(tx, session.userId, made.value.rows);
    await record('recovery-codes.renewed', { subjectId: session.userId });
    return ok({ codes: made.value.shown });
  },
});
