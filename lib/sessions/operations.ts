import { z } from 'zod';
import { operation } from '@/lib/operation';
import { fail, ok } from '@/lib/result';
import { rowId } from '@/lib/row-id';
import { revokeSession, revokeSessions } from './revoke';

export const revokeOwnSession = operation({
  name: 'sessions.revoke',
  summary: 'Ends one of your own sessions.',
  access: 'recent-session',
  input: z.object({ id: rowId }),
  refusals: ['session_not_found'],
  run: async ({ id }, { tx, actor, session, context }) => {
    const ended = await revokeSession(tx, { id, userId: session.userId, actor }, context);
    return ended ? ok({}) : fail('session_not_found');
  },
});

export const revokeOtherSessions = operation({
  name: 'sessions.revoke_others',
  summary: 'Ends every session of yours but this one.',
  access: 'recent-session',
  output: z.object({ ended: z.int() }),
  run: async (_, { tx, actor, session: { id: exceptId, userId }, context }) => {
    return ok({ ended: await revokeSessions(tx, { userId, exceptId, actor }, context) });
  },
});
