'use server';

import { confirmAddress as confirm } from '@/lib/account';
import { formOf } from '@/lib/http';
import { message } from '@/lib/messages';

export const confirmAddress = formOf(confirm, {
  done: ({ email, isNew }) => ({
    status: 'done',
    message: message(`done.account.confirm_${isNew ? '' : 'own_'}address`, { email }),
  }),
});
