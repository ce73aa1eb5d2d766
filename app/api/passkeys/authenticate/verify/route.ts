import { browserOf, jsonRoute, methods, outcomeResponse, refused, sessionTokenOf } from '@/lib/http';
import { authenticationAnswer } from '@/lib/passkeys';
import { signInWithPasskey } from '@/lib/sign-in';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: jsonRoute(
    { access: 'anyone', limit: 'sign-in', isCounted: true, input: authenticationAnswer },
    async ({ input, context, cookies, attempt }) => {
      const at = { browser: browserOf(cookies).token, previousToken: sessionTokenOf(cookies) };
      const outcome = await signInWithPasskey({ ...input, ...at, attempt }, context);
      return outcome.ok ? outcomeResponse(outcome.value, cookies) : refused(outcome);
    },
  ),
});
