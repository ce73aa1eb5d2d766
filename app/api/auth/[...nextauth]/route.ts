import type { NextRequest } from 'next/server';
import NextAuth from 'next-auth';
import { jsonRoute, methods, refusal } from '@/lib/http';
import { publicOptions } from '@/lib/sessions';

// The rest of next-auth's addresses stay closed: `_log` writes a caller's text into the log (trap T23), and ways to
// sign in are ours.
const open = ['GET session', 'GET csrf', 'GET providers', 'POST signout'];

const handle = jsonRoute({ access: 'anyone', limit: 'manage' }, async ({ request, params }) => {
  const action = ([] as string[]).concat(params.nextauth ?? []);
  if (action.length !== 1 || !open.includes(`${request.method} ${action[0]}`)) return refusal('not_found');
  const answer: Response = await NextAuth(
    request as NextRequest,
    { params: { nextauth: action } } as never,
    publicOptions(),
  );
  return answer;
});

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({ GET: handle, POST: handle });
