'use server';

import { formOf } from '@/lib/http';
import { changeSettings } from '@/lib/settings';

export const saveSettings = formOf(changeSettings, {
  page: '/admin/settings',
  input: ({ passkeys }) => ({ passkeyIsTwoFactors: { 'two-factors': true, 'one-factor': false }[passkeys ?? ''] }),
});
