import { z } from 'zod';
import { sessionOf } from '@/lib/actor';
import { config } from '@/lib/config';
import { passwordChangedEmail, passwordRemovedEmail, sendEmail } from '@/lib/mail';
import { fieldError } from '@/lib/messages';
import { operation } from '@/lib/operation';
import { hashSecret } from '@/lib/password-hash';
import { clearFactorAttempts } from '@/lib/rate-limits';
import { notifyOfAdded } from '@/lib/recovery';
import { fail, ok } from '@/lib/result';
import { mayChange, passedOn, revokeSessions } from '@/lib/sessions';
import { deleteLinks, hasOtherWayIn } from '@/lib/users';
import { deletePassword, findPassword, upsertPassword } from './queries';
import { checkNewPassword, normalizePassword, passwordProblems } from './rules';

export const setPassword = operation({
  name: 'password.set',
  summary: 'Sets or changes the password of the signed-in user, and ends failures and links from before.',
  access: 'recent-session',
  limit: 'password',
  input: z.object({
    password: z.string().min(1, fieldError('new_password_missing')).max(1000),
    /** Whether every other session ends with it. */
    endOthers: z.boolean().default(false),
  }),
  refusals: [...passwordProblems, 'busy'],
  prepare: async ({ password }, actor) => {
    const { name, email } = sessionOf(actor);
    const problem = checkNewPassword(password, [name, email, config.webauthn.rpName, 'latchkey']);
    return problem ? fail(problem) : hashSecret(normalizePassword(password));
  },
  run: async ({ endOthers }, { tx, actor, session, context, record }, hashed) => {
    if (!hashed.ok) return hashed;
    const { userId, email } = session;
    const origin = passedOn(session);
    await upsertPassword(tx, userId, hashed.value, origin);
    await deleteLinks(tx, userId);
    await clearFactorAttempts(tx, 'password', email);
    await record('password.changed', { subjectId: userId });
    const message = passwordChangedEmail(email);
    await notifyOfAdded(tx, { id: userId, email }, { what: 'password', origin, message });
    if (endOthers) await revokeSessions(tx, { userId, exceptId: session.id, actor }, context);
    return ok({});
  },
});

/** The only way in stays, and while the session is held what is older than its recovery. */
export const removePassword = operation({
  name: 'password.remove',
  summary: 'Removes the password of the signed-in user, and ends the links that were asked for before.',
  access: 'recent-session',
  refusals: ['on_hold', 'last_way_in'],
  run: async (_, { tx, session, record }) => {
    const { userId, email } = session;
    if (!mayChange(session, await findPassword(tx, userId))) return fail('on_hold');
    if (!(await hasOtherWayIn(tx, userId, 'password'))) return fail('last_way_in');
    if (await deletePassword(tx, userId)) {
      await deleteLinks(tx, userId);
      await record('password.removed', { subjectId: userId });
      await sendEmail(tx, passwordRemovedEmail(email), { userId });
    }
    return ok({});
  },
});
