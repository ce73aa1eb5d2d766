import { NextResponse } from 'next/server';
import { browserOf, jsonRoute, keepOutcome, methods, refusal } from '@/lib/http';
import { authenticationAnswer } from '@/lib/passkeys';
import { stepUp } from '@/lib/sign-in';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: jsonRoute(
    { access: 'session', limit: 'sign-in', input: authenticationAnswer },
    async ({ input, admitted: session, by, request }) => {
      const proven = await stepUp({ ...input, browser: browserOf(request).token }, session, by);
      if (!proven.ok) return refusal(proven.error);

      const { token, validUntil } = proven.value;
      const response = NextResponse.json({ validUntil });
      keepOutcome(response.cookies, { status: 'signed-in', token });
      return response;
    },
  ),
});
