'use server';

import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import { formAction, refusedIn } from '@/lib/http';
import { rowId } from '@/lib/row-id';
import { endOwnOtherSessions, endOwnSession } from '@/lib/sessions';

export const endSession = formAction(
  { access: 'recent-session', limit: 'manage', input: z.object({ id: rowId }) },
  async ({ id }, { session, context }) => {
    const ended = await endOwnSession(id, session, context);
    revalidatePath('/account/sessions');
    return ended.ok
      ? { status: 'done', message: 'That session is ended.' }
      : refusedIn({ not_found: 'That session has ended already.' }, ended.error);
  },
);

export const endOthers = formAction(
  { access: 'recent-session', limit: 'manage', input: z.object({}) },
  async (_, { session, context }) => {
    const ended = await endOwnOtherSessions(session, context);
    revalidatePath('/account/sessions');
    return {
      status: 'done',
      message: ended === 1 ? 'One other session is ended.' : `${ended} other sessions are ended.`,
    };
  },
);
