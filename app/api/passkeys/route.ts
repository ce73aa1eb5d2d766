import { jsonOf, methods } from '@/lib/http';
import { readPasskeys } from '@/lib/passkeys';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: jsonOf(readPasskeys, { answer: (listing) => Response.json(listing) }),
});
