'use server';

import { revalidatePath } from 'next/cache';
import { cookies } from 'next/headers';
import { clearSessionCookie, type FormState, formOf } from '@/lib/http';
import { message } from '@/lib/messages';
import { reportLostDevice } from '@/lib/passkeys';
import type { Problem } from '@/lib/problems';
import { seeOther } from '@/lib/see-other';

const page = '/account/passkeys';

/** What the form shows where the sessions have ended and the passkey stays. */
const refusedStates: Partial<Record<Problem, FormState>> = {
  not_found: { status: 'failed', message: message('done.passkeys.report_lost_not_found') },
  last_way_in: { status: 'done', message: message('done.passkeys.report_lost_last_way_in') },
  step_up_required: { status: 'failed', message: message('done.passkeys.report_lost_unconfirmed'), needsStepUp: true },
  on_hold: { status: 'failed', message: message('done.passkeys.report_lost_unconfirmed'), needsStepUp: true },
};

/** Shuts a lost device out: its sessions at once, its passkey where there is another way in. */
export const loseDevice = formOf(reportLostDevice, {
  page,
  done: async ({ endsThisSession }) => {
    if (!endsThisSession) return { status: 'done', message: message('done.passkeys.report_lost') };
    clearSessionCookie(await cookies());
    return seeOther('/sign-in?notice=device-lost');
  },
  refused: (problem) => {
    revalidatePath(page);
    return refusedStates[problem];
  },
});
