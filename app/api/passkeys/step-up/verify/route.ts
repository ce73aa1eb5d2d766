import { browserOf, jsonRoute, methods, refusal, setOutcomeCookies } from '@/lib/http';
import { authenticationAnswer } from '@/lib/passkeys';
import { stepUp } from '@/lib/sign-in';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: jsonRoute(
    { access: 'session', limit: 'sign-in', input: authenticationAnswer },
    async ({ input, admitted: session, context, cookies }) => {
      const renewed = await stepUp({ ...input, browser: browserOf(cookies).token }, session, context);
      if (!renewed.ok) return refusal(renewed.error);

      const { token, validUntil } = renewed.value;
      setOutcomeCookies(cookies, { status: 'signed-in', token });
      return Response.json({ validUntil });
    },
  ),
});
