import { goneWith, jsonOf, methods } from '@/lib/http';
import { removePasskey, renamePasskey } from '@/lib/passkeys';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  PATCH: jsonOf(renamePasskey, {
    body: renamePasskey.input.omit({ id: true }),
    answer: (renamed) => Response.json(renamed),
  }),
  DELETE: jsonOf(removePasskey, { answer: goneWith }),
});
