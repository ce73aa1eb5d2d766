'use server';

import { revalidatePath } from 'next/cache';
import { cookies } from 'next/headers';
import { z } from 'zod';
import { clearSessionCookie, formAction, refusedIn } from '@/lib/http';
import { reportLostDevice } from '@/lib/passkeys';
import { rowId } from '@/lib/row-id';
import { seeOther } from '@/lib/see-other';

const ended = 'Your other sessions have ended.';

/** Shuts a lost device out: its sessions at once, its passkey where there is another way in. */
export const loseDevice = formAction(
  { access: 'session', limit: 'manage', input: z.object({ id: rowId }) },
  async ({ id }, { session, context }) => {
    const removed = await reportLostDevice(id, session, context);
    if (removed.ok && id === session.passkeyId) {
      clearSessionCookie(await cookies());
      seeOther('/sign-in?notice=device-lost');
    }
    revalidatePath('/account/passkeys');
    if (removed.ok) return { status: 'done', message: `The passkey is removed. ${ended}` };
    if (removed.error === 'session_required') return refusedIn({}, 'session-ended');
    if (removed.error === 'not_found') return { status: 'failed', message: 'This passkey is no longer there.' };
    if (removed.error === 'last_way_in') return { status: 'done', message: `${ended} ${lastWayIn}` };
    return { status: 'failed', message: `${ended} To remove the passkey as well, confirm first.`, needsStepUp: true };
  },
);

const lastWayIn =
  'The passkey stays until you have another way in: create one here, or set a password. Then remove it.';
