import { z } from 'zod';
import { db } from '@/db';
import { displayName } from '@/lib/display-name';
import { fieldError } from '@/lib/messages';
import { operation } from '@/lib/operation';
import { fail, ok } from '@/lib/result';
import { isHeld, type Session } from '@/lib/sessions';
import { findProfile, renameUser, updateRegion } from './queries';

export type Profile = NonNullable<Awaited<ReturnType<typeof readProfile>>>;

/** What apps are told of the signed-in user beside the name. */
export const readProfile = ({ userId }: Session) => findProfile(db, userId);

export const renameAccount = operation({
  name: 'account.rename',
  summary: 'Changes what the signed-in user is called.',
  access: 'session',
  refusals: ['on_hold'],
  input: z.object({ name: displayName }),
  run: async ({ name }, { tx, session, record }) => {
    if (isHeld(session)) return fail('on_hold');
    await renameUser(tx, session.userId, name);
    await record('profile.renamed', { subjectId: session.userId });
    return ok({});
  },
});

/** What is no language or zone is refused; it cannot come from our form. */
const choice = (isOne: (text: string) => unknown) =>
  z
    .string()
    .max(64)
    .refine((text) => succeeds(() => isOne(text)), fieldError('choose_of_list'))
    .nullable();

function succeeds(tried: () => unknown) {
  try {
    tried();
    return true;
  } catch {
    return false;
  }
}

export const changeRegion = operation({
  name: 'account.change_region',
  summary: 'Changes the language and the time zone that apps are told; nothing for either is told as nothing.',
  access: 'session',
  refusals: ['on_hold'],
  input: z.object({
    locale: choice((text) => Intl.getCanonicalLocales(text)),
    zoneinfo: choice((timeZone) => new Intl.DateTimeFormat('en', { timeZone })),
  }),
  run: async (region, { tx, session, record }) => {
    if (isHeld(session)) return fail('on_hold');
    await updateRegion(tx, session.userId, region);
    await record('profile.region-changed', { subjectId: session.userId });
    return ok({});
  },
});
