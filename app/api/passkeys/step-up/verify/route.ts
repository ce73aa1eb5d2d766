import { browserOf, jsonRoute, methods, refused, setOutcomeCookies } from '@/lib/http';
import { authenticationAnswer } from '@/lib/passkeys';
import { stepUp } from '@/lib/sign-in';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: jsonRoute(
    { access: 'session', limit: 'sign-in', isCounted: true, input: authenticationAnswer },
    async ({ input, admitted: session, context, cookies, attempt }) => {
      const renewed = await stepUp({ ...input, browser: browserOf(cookies).token, attempt }, session, context);
      if (!renewed.ok) return refused(renewed);

      const { token, validUntil } = renewed.value;
      setOutcomeCookies(cookies, { status: 'signed-in', token });
      return Response.json({ validUntil });
    },
  ),
});
