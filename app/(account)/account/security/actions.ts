'use server';

import { renderSVG } from 'uqr';
import { type FormState, formOf } from '@/lib/http';
import { removePassword, setPassword } from '@/lib/passwords';
import { confirmTotp, removeOwnTotp, renewRecoveryCodes, startTotp } from '@/lib/second-factors';

const page = '/account/security';
const shown = (codes: string[]): FormState => ({ status: 'done', data: { codes: codes.join('\n') } });

export const savePassword = formOf(setPassword, { page });
export const dropPassword = formOf(removePassword, { page });

export const beginTotp = formOf(startTotp, {
  done: ({ uri, text }) => {
    const qr = `data:image/svg+xml;base64,${Buffer.from(renderSVG(uri, { border: 2 })).toString('base64')}`;
    return { status: 'done', data: { qr, secret: text } };
  },
});
export const finishTotp = formOf(confirmTotp, { page, done: ({ codes }) => shown(codes) });
export const turnOffTotp = formOf(removeOwnTotp, { page });
export const newCodes = formOf(renewRecoveryCodes, { page, done: ({ codes }) => shown(codes) });
