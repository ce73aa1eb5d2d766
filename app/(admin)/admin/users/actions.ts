'use server';

import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import { inviteUser } from '@/lib/enrolments';
import { formAction } from '@/lib/http';
import { changeDisabled, emailAddress } from '@/lib/users';

const invitation = z.object({ email: emailAddress });

export const invite = formAction(
  { access: 'recent-admin', limit: 'manage', input: invitation },
  async ({ email }, { session, by }) => {
    const invited = await inviteUser(email, session, by);
    if (!invited.ok) return { status: 'failed', message: 'That address already has an account.', values: { email } };

    return { status: 'done', message: `Invitation for ${email} is ready.`, data: { link: invited.value, email } };
  },
);

const change = z.object({ id: z.uuid(), disabled: z.enum(['true', 'false']) });

export const setDisabled = formAction(
  { access: 'recent-admin', limit: 'manage', input: change },
  async ({ id, disabled }, { session, by }) => {
    const changed = await changeDisabled(id, disabled === 'true', session.userId, by);
    if (!changed.ok) return { status: 'failed', message: 'An administrator cannot be disabled here.' };

    revalidatePath('/admin/users');
    return { status: 'done' };
  },
);
