'use server';

import { revalidatePath } from 'next/cache';
import { formOf } from '@/lib/http';
import { withdrawApp as withdraw } from '@/lib/oidc';

const page = '/account/apps';

export const withdrawApp = formOf(withdraw, { page, refused: () => void revalidatePath(page) });
