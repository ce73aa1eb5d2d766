import { z } from 'zod';
import { sessionOf } from '@/lib/actor';
import { operation } from '@/lib/operation';
import { fail } from '@/lib/result';
import { rowId } from '@/lib/row-id';
import { isRecentlyAuthenticated, revokeSessions } from '@/lib/sessions';
import { gone, removeOwned } from './manage';
import { findOwned } from './queries';

/**
 * For the day a device is gone: every other session of its owner ends at once, whatever else is asked. The passkey is removed
 * with them where this session is recent and there is another way in; else the refusal says what is missing.
 */
export const reportLostDevice = operation({
  name: 'passkeys.report_lost',
  summary:
    'Ends every other session of the signed-in user, and removes the passkey of a lost device where that may be.',
  access: 'session',
  limit: 'manage',
  input: z.object({ id: rowId }),
  output: gone,
  refusals: ['not_found', 'step_up_required', 'on_hold', 'last_way_in'],
  run: async ({ id }, scope) => {
    const { tx, actor, context } = scope;
    const session = sessionOf(actor);
    const { userId, id: exceptId } = session;
    if (!(await findOwned(tx, userId, id))) return fail('not_found');
    await revokeSessions(tx, { userId, exceptId, actor, reason: 'device_lost' }, context);
    return isRecentlyAuthenticated(session) ? removeOwned(id, scope) : fail('step_up_required');
  },
});
