'use server';

import { formOf } from '@/lib/http';
import { cancelRecovery } from '@/lib/recovery';

export const cancel = formOf(cancelRecovery, {});
