import { z } from 'zod';
import {
  browserOf,
  factorRefusal,
  jsonRoute,
  methods,
  outcomeResponse,
  pendingTokenOf,
  sessionTokenOf,
} from '@/lib/http';
import { finishSignIn } from '@/lib/sign-in';

const input = z.object({ code: z.string().min(1).max(100) });

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: jsonRoute({ access: 'anyone', limit: 'password', input }, async ({ input, context, cookies }) => {
    const at = { browser: browserOf(cookies).token, previousToken: sessionTokenOf(cookies) };
    const outcome = await finishSignIn({ ...at, pendingToken: pendingTokenOf(cookies) }, input.code, context);
    return outcome.ok ? outcomeResponse(outcome.value, cookies) : factorRefusal(outcome.error);
  }),
});
