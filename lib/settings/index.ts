import 'server-only';
import { z } from 'zod';
import { db } from '@/db';
import { operation } from '@/lib/operation';
import { ok } from '@/lib/result';
import { findSettings, upsertSettings } from './queries';

/** What administrators have decided for everybody. */
export const readSettings = () => findSettings(db);

const settings = z.object({ passkeyIsTwoFactors: z.boolean() });

export const showSettings = operation({
  name: 'settings.show',
  summary: 'Shows what administrators have decided for everybody.',
  access: 'settings.read',
  output: settings,
  reads: true,
  run: async (_, { tx }) => ok(await findSettings(tx)),
});

export const changeSettings = operation({
  name: 'settings.change',
  summary: 'Decides whether a passkey with user verification counts as two factors.',
  access: 'settings.write',
  input: settings,
  run: async (values, { tx, record }) => {
    await upsertSettings(tx, values);
    const { passkeyIsTwoFactors } = values;
    await record('admin.settings-changed', { details: { passkeyIsTwoFactors } });
    return ok({});
  },
});
