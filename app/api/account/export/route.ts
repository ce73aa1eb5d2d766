import { NextResponse } from 'next/server';
import { exportAccount } from '@/lib/account';
import { jsonRoute, methods } from '@/lib/http';

const headers = { 'content-disposition': 'attachment; filename="latchkey-account.json"' };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: jsonRoute({ access: 'recent-session', limit: 'manage' }, async ({ admitted: session, context }) =>
    NextResponse.json(await exportAccount(session, context), { headers }),
  ),
});
