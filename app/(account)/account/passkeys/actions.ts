'use server';

import { revalidatePath } from 'next/cache';
import { cookies } from 'next/headers';
import { clearSessionCookie, type FormState, formOf } from '@/lib/http';
import { message } from '@/lib/messages';
import { reportLostDevice } from '@/lib/passkeys';
import { seeOther } from '@/lib/see-other';

const page = '/account/passkeys';

/** The states of the form where the sessions have ended and the passkey stays. */
const refusalStates: Record<string, (message: string) => FormState> = {
  not_found: (message) => ({ status: 'failed', message }),
  last_way_in: (message) => ({ status: 'done', message }),
  step_up_required: (message) => ({ status: 'failed', message, needsStepUp: true }),
  on_hold: (message) => ({ status: 'failed', message, needsStepUp: true }),
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
    return problem in refusalStates
      ? refusalStates[problem]?.(message(`done.passkeys.report_lost_${problem}`))
      : undefined;
  },
});
