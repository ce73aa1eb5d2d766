import { z } from 'zod';
import { browserOf, jsonRoute, methods, rememberBrowser } from '@/lib/http';
import { startStepUp } from '@/lib/passkeys';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: jsonRoute(
    { access: 'session', limit: 'ceremony', input: z.object({}) },
    async ({ admitted: session, cookies }) => {
      const browser = browserOf(cookies);
      rememberBrowser(cookies, browser);
      return Response.json(await startStepUp(session, browser.token));
    },
  ),
});
