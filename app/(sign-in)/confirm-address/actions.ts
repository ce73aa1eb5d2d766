'use server';

import { confirmAddress as confirm } from '@/lib/account';
import { formOf } from '@/lib/http';
import { message } from '@/lib/messages';

export const confirmAddress = formOf(confirm, {
  done: ({ email, isNew }) => ({
    status: 'done',
    message: message(isNew ? 'done.account.confirm_address' : 'done.account.confirm_own_address', { email }),
  }),
});
