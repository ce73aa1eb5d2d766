import { z } from 'zod';
import { browserOf, jsonRoute, methods, refusal, rememberBrowser } from '@/lib/http';
import { startRegistration } from '@/lib/passkeys';
import { mayUpgradeSilently } from '@/lib/sign-in';

const input = z.object({ conditional: z.boolean().optional() });

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: jsonRoute({ access: 'may-register', limit: 'ceremony', input }, async ({ input, admitted, cookies }) => {
    const conditional = input.conditional ?? false;
    if (conditional && !('session' in admitted && mayUpgradeSilently(admitted.session))) return refusal('forbidden');

    const browser = browserOf(cookies);
    const started = await startRegistration(admitted, browser.token, conditional);
    if (!started.ok) return refusal(started.error);
    rememberBrowser(cookies, browser);
    return Response.json(started.value);
  }),
});
