'use server';

import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import {
  changeName,
  deleteAccount,
  requestAddressChange,
  requestConfirmation,
  changeRegion as saveRegion,
} from '@/lib/account';
import { displayName } from '@/lib/display-name';
import { clearSessionCookie, formAction, onHoldSentence, refusedIn, signingBrowser } from '@/lib/http';
import { seeOther } from '@/lib/see-other';
import { emailAddress } from '@/lib/users';

const whyNotChanged = { on_hold: onHoldSentence };

export const rename = formAction(
  { access: 'session', limit: 'manage', input: z.object({ name: displayName }) },
  async ({ name }, { session, context }) => {
    const changed = await changeName(name, session, context);
    if (!changed.ok) return refusedIn(whyNotChanged, changed.error);
    revalidatePath('/account', 'layout');
    return { status: 'done', message: 'Your name is changed.' };
  },
);

/** Nothing chosen is nothing; what is no language or zone is refused as it cannot come from our form. */
const choice = (isOne: (text: string) => unknown) =>
  z
    .string()
    .max(64)
    .transform((text) => text || null)
    .refine((text) => text === null || succeeds(() => isOne(text)), 'Choose one of the list.');

const region = z.object({
  locale: choice((text) => Intl.getCanonicalLocales(text)),
  zoneinfo: choice((timeZone) => new Intl.DateTimeFormat('en', { timeZone })),
});

function succeeds(tried: () => unknown) {
  try {
    tried();
    return true;
  } catch {
    return false;
  }
}

export const changeRegion = formAction(
  { access: 'session', limit: 'manage', input: region },
  async (chosen, { session, context }) => {
    const saved = await saveRegion(chosen, session, context);
    if (!saved.ok) return refusedIn(whyNotChanged, saved.error);
    revalidatePath('/account/profile');
    return { status: 'done', message: 'Saved.' };
  },
);

const whyNotAsked = {
  ...whyNotChanged,
  'no-mail': 'No mail goes out from here. Ask your administrator.',
  'too-many-letters': 'This address was sent many letters in the last hour. Open the newest, or try again later.',
};

export const changeAddress = formAction(
  { access: 'recent-session', limit: 'recovery', input: z.object({ email: emailAddress }) },
  async ({ email }, { session, context }) => {
    const asked = await requestAddressChange(email, session, context);
    if (!asked.ok) return refusedIn(whyNotAsked, asked.error);

    const then = email === session.email ? 'Open it to confirm the address.' : 'Your address changes when you open it.';
    return { status: 'done', message: `We sent a link to ${email}. ${then}`, data: { email } };
  },
);

export const confirmMyAddress = formAction(
  { access: 'session', limit: 'recovery', input: z.object({}) },
  async (_, { session, context }) => {
    const asked = await requestConfirmation(session, context);
    return asked.ok
      ? { status: 'done', message: `We sent a link to ${session.email}. Open it to confirm the address.` }
      : refusedIn(whyNotAsked, asked.error);
  },
);

const whyNotDeleted = {
  ...whyNotChanged,
  last_administrator: 'You are the only administrator. Make somebody else one first.',
};
const deletion = z.object({ confirm: z.string().max(1000) });

export const deleteMyAccount = formAction(
  { access: 'recent-session', limit: 'manage', input: deletion },
  async ({ confirm }, { session, context }) => {
    if (confirm.trim().toLowerCase() !== session.email)
      return { status: 'failed', message: 'Type your address exactly to delete the account.' };
    const deleted = await deleteAccount(session, context);
    if (!deleted.ok) return refusedIn(whyNotDeleted, deleted.error);

    const { jar } = await signingBrowser();
    clearSessionCookie(jar);
    return seeOther('/signed-out?notice=account-deleted');
  },
);
