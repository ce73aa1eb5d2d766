import { NextResponse } from 'next/server';
import { jsonRoute, methods } from '@/lib/http';
import { listPasskeys } from '@/lib/passkeys';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: jsonRoute({ access: 'session', limit: 'manage' }, async ({ admitted: session }) =>
    NextResponse.json(await listPasskeys(session)),
  ),
});
