import { z } from 'zod';
import { goneWith, jsonOf, methods } from '@/lib/http';
import { reportLostDevice } from '@/lib/passkeys';

/** Needs no recent session: the sessions of a lost device end in any case; then the refusal asks for the step-up. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: jsonOf(reportLostDevice, { body: z.object({}), answer: goneWith }),
});
