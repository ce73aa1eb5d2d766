'use server';

import { formOf } from '@/lib/http';
import { revokeOtherSessions, revokeOwnSession } from '@/lib/sessions';

const page = '/account/sessions';

export const endSession = formOf(revokeOwnSession, { page });
export const endOthers = formOf(revokeOtherSessions, { page });
