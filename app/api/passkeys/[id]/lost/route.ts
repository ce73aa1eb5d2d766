import { z } from 'zod';
import { goneWith, jsonOf, methods } from '@/lib/http';
import { reportLostDevice } from '@/lib/passkeys';

/** No recent proof is asked for: the sessions of a lost device end in any case, and the refusal then asks for one. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: jsonOf(reportLostDevice, { body: z.object({}), answer: goneWith }),
});
