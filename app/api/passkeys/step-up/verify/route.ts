import { NextResponse } from 'next/server';
import { browserOf, jsonRoute, methods, refusal, setOutcomeCookies } from '@/lib/http';
import { authenticationAnswer } from '@/lib/passkeys';
import { stepUp } from '@/lib/sign-in';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: jsonRoute(
    { access: 'session', limit: 'sign-in', input: authenticationAnswer },
    async ({ input, admitted: session, context, request }) => {
      const renewed = await stepUp({ ...input, browser: browserOf(request).token }, session, context);
      if (!renewed.ok) return refusal(renewed.error);

      const { token, validUntil } = renewed.value;
      const response = NextResponse.json({ validUntil });
      setOutcomeCookies(response.cookies, { status: 'signed-in', token });
      return response;
    },
  ),
});
