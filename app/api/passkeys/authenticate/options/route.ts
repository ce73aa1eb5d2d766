import { z } from 'zod';
import { browserOf, jsonRoute, methods, refused, rememberBrowser } from '@/lib/http';
import { startAuthentication } from '@/lib/passkeys';

const input = z.object({ username: z.string().min(1).max(1000).optional() });

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: jsonRoute(
    { access: 'anyone', limit: 'ceremony', isCounted: true, input },
    async ({ input, request, cookies, context, attempt }) => {
      const browser = browserOf(cookies);
      const returnTo = new URL(request.url).searchParams.get('return_to') ?? undefined;
      const started = await startAuthentication(
        { browser: browser.token, username: input.username, returnTo, attempt },
        context,
      );
      if (!started.ok) return refused(started);
      rememberBrowser(cookies, browser);
      return Response.json(started.value);
    },
  ),
});
