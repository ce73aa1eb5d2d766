import { NextResponse } from 'next/server';
import { z } from 'zod';
import { browserOf, jsonRoute, methods, rememberBrowser } from '@/lib/http';
import { startAuthentication } from '@/lib/passkeys';

const input = z.object({ username: z.string().min(1).max(1000).optional() });

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: jsonRoute({ access: 'anyone', limit: 'ceremony', input }, async ({ input, request }) => {
    const browser = browserOf(request);
    const returnTo = request.nextUrl.searchParams.get('return_to') ?? undefined;
    const started = await startAuthentication({ browser: browser.token, username: input.username, returnTo });
    return rememberBrowser(NextResponse.json(started), browser);
  }),
});
