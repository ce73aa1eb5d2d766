'use server';

import { revalidatePath } from 'next/cache';
import { formOf } from '@/lib/http';
import { revokeOtherSessions, revokeOwnSession } from '@/lib/sessions';

const page = '/account/sessions';

export const endSession = formOf(revokeOwnSession, { page, refused: () => void revalidatePath(page) });
export const endOthers = formOf(revokeOtherSessions, { page });
