'use server';

import { revalidatePath } from 'next/cache';
import { renderSVG } from 'uqr';
import { z } from 'zod';
import { formAction, onHoldSentence, refusedIn } from '@/lib/http';
import { perform } from '@/lib/operation';
import { passwordSentences, removePassword, setPassword } from '@/lib/passwords';
import { confirmTotp, removeOwnTotp, renewRecoveryCodes, startTotp } from '@/lib/second-factors';
import { revokeOtherSessions } from '@/lib/sessions';

const page = '/account/security';
const busy = 'Many people are signing in just now. Try again in a few seconds.';
/** What can be done about other sessions after a factor has changed (requirement G7). */
const elsewhere = 'If others may be signed in as you, end your other sessions under Sessions.';
const newPassword = z.object({
  password: z.string().min(1, 'Enter a new password.').max(1000),
  end_others: z.literal('on').optional(),
});

export const savePassword = formAction(
  { access: 'recent-session', limit: 'password', input: newPassword },
  async ({ password, end_others }, { session, context }) => {
    const saved = await setPassword(password, session, context);
    if (!saved.ok) {
      const refused = refusedIn({ ...passwordSentences, busy }, saved.error);
      return saved.error === 'session-ended' ? refused : { ...refused, fields: { password: refused.message } };
    }
    if (end_others) await perform(revokeOtherSessions, {}, { kind: 'session', session }, context);
    revalidatePath(page);
    return { status: 'done', message: 'Your password is saved.' };
  },
);

const nothing = z.object({});
const passwordKept = {
  on_hold: onHoldSentence,
  last_way_in: 'This is your only way to sign in. Add a passkey first.',
};

export const dropPassword = formAction(
  { access: 'recent-session', limit: 'manage', input: nothing },
  async (_, { session, context }) => {
    const removed = await removePassword(session, context);
    if (!removed.ok) return refusedIn(passwordKept, removed.error);

    revalidatePath(page);
    return { status: 'done', message: `Your password is removed. ${elsewhere}` };
  },
);

export const beginTotp = formAction(
  { access: 'recent-session', limit: 'manage', input: nothing },
  async (_, { session }) => {
    const started = await startTotp(session);
    if (!started.ok) return { status: 'failed', message: 'Two-step sign-in is on already.' };

    const { uri, text } = started.value;
    const qr = `data:image/svg+xml;base64,${Buffer.from(renderSVG(uri, { border: 2 })).toString('base64')}`;
    return { status: 'done', data: { qr, secret: text } };
  },
);

const totpRefusals = {
  'wrong-shape': 'A code from the app has six digits.',
  'wrong-code': 'That code did not match. Wait for the next one and try again.',
  wait: 'Too many attempts. Wait a little and try again.',
  busy,
};
const confirmation = z.object({ code: z.string().min(1, 'Enter the code.').max(20) });

export const finishTotp = formAction(
  { access: 'recent-session', limit: 'password', input: confirmation },
  async ({ code }, { session, context }) => {
    const confirmed = await confirmTotp(code, session, context);
    if (!confirmed.ok) return refusedIn(totpRefusals, confirmed.error);

    revalidatePath(page);
    return { status: 'done', data: { codes: confirmed.value.join('\n') } };
  },
);

const totpKept = { on_hold: onHoldSentence };

export const turnOffTotp = formAction(
  { access: 'recent-session', limit: 'manage', input: nothing },
  async (_, { session, context }) => {
    const removed = await removeOwnTotp(session, context);
    if (!removed.ok) return refusedIn(totpKept, removed.error);

    revalidatePath(page);
    return { status: 'done', message: `Two-step sign-in is off. ${elsewhere}` };
  },
);

const codesKept = {
  busy,
  on_hold: onHoldSentence,
  'not-enrolled': 'Turn two-step sign-in on first.',
};

export const newCodes = formAction(
  { access: 'recent-session', limit: 'password', input: nothing },
  async (_, { session, context }) => {
    const renewed = await renewRecoveryCodes(session, context);
    if (!renewed.ok) return refusedIn(codesKept, renewed.error);

    revalidatePath(page);
    return { status: 'done', data: { codes: renewed.value.join('\n') } };
  },
);
