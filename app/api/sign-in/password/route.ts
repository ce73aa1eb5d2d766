import { z } from 'zod';
import {
  browserOf,
  factorRefusal,
  jsonRoute,
  methods,
  outcomeResponse,
  rememberBrowser,
  sessionTokenOf,
} from '@/lib/http';
import { signInWithPassword } from '@/lib/sign-in';
import { emailAddress } from '@/lib/users';

const input = z.object({
  email: emailAddress,
  password: z.string().min(1).max(1000),
  returnTo: z.string().max(2000).optional(),
});

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: jsonRoute({ access: 'anyone', limit: 'password', input }, async ({ input, context, cookies }) => {
    const browser = browserOf(cookies);
    const at = { browser: browser.token, previousToken: sessionTokenOf(cookies) };
    const outcome = await signInWithPassword({ ...input, ...at }, context);
    if (!outcome.ok) return factorRefusal(outcome.error);
    rememberBrowser(cookies, browser);
    return outcomeResponse(outcome.value, cookies);
  }),
});
