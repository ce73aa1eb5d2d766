'use server';

import { formOf } from '@/lib/http';
import { rotateKeys } from '@/lib/signing-keys';

const page = '/admin/keys';

export const makeKeys = formOf(rotateKeys, { page, input: () => ({ compromised: false }) });
export const replaceKeys = formOf(rotateKeys, { page, input: () => ({ compromised: true }) });
