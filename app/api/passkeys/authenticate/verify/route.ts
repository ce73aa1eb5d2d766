import { NextResponse } from 'next/server';
import { browserOf, jsonRoute, methods, refusal, sessionTokenOf, withSession } from '@/lib/http';
import { authenticationAnswer } from '@/lib/passkeys';
import { signInWithPasskey } from '@/lib/sign-in';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: jsonRoute(
    { access: 'anyone', limit: 'sign-in', input: authenticationAnswer },
    async ({ input, by, request }) => {
      const answer = { ...input, browser: browserOf(request).token, previousToken: sessionTokenOf(request) };
      const outcome = await signInWithPasskey(answer, by);
      if (!outcome.ok) return refusal(outcome.error);

      const { token, status, redirectTo } = outcome.value;
      return withSession(NextResponse.json({ status, redirectTo }), token);
    },
  ),
});
