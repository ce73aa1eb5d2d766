'use server';

import {
  deleteAccount,
  renameAccount,
  requestAddressChange,
  requestConfirmation,
  changeRegion as saveRegion,
} from '@/lib/account';
import { clearSessionCookie, formOf, signingBrowser } from '@/lib/http';
import { message } from '@/lib/messages';
import { seeOther } from '@/lib/see-other';

const page = '/account';

export const rename = formOf(renameAccount, { page });
export const changeRegion = formOf(saveRegion, { page });

export const changeAddress = formOf(requestAddressChange, {
  done: ({ isOwn }, { email }) => ({
    status: 'done',
    message: message(`done.account.request_${isOwn ? 'confirmation' : 'address_change'}`, { email }),
    data: { email },
  }),
});
export const confirmMyAddress = formOf(requestConfirmation, {});

export const deleteMyAccount = formOf(deleteAccount, {
  done: async () => {
    const { jar } = await signingBrowser();
    clearSessionCookie(jar);
    return seeOther('/signed-out?notice=account-deleted');
  },
});
