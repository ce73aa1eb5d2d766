import { NextResponse } from 'next/server';
import { z } from 'zod';
import { browserOf, jsonRoute, methods, refused, rememberBrowser } from '@/lib/http';
import { startAuthentication } from '@/lib/passkeys';

const input = z.object({ username: z.string().min(1).max(1000).optional() });

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: jsonRoute(
    { access: 'anyone', limit: 'ceremony', isCounted: true, input },
    async ({ input, request, context }) => {
      const browser = browserOf(request);
      const returnTo = request.nextUrl.searchParams.get('return_to') ?? undefined;
      const started = await startAuthentication(
        { browser: browser.token, username: input.username, returnTo },
        context,
      );
      return started.ok ? rememberBrowser(NextResponse.json(started.value), browser) : refused(started);
    },
  ),
});
