import { NextResponse } from 'next/server';
import { z } from 'zod';
import { clearSessionCookie, jsonRoute, methods, refusal } from '@/lib/http';
import { reportLostDevice } from '@/lib/passkeys';
import { rowId } from '@/lib/row-id';

/** No recent proof is asked for: the sessions of a lost device end in any case, and the refusal then asks for one. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: jsonRoute(
    { access: 'session', limit: 'manage', input: z.object({}) },
    async ({ admitted: session, context, params }) => {
      const id = rowId.safeParse(params.id).data;
      if (!id) return refusal('not_found');
      const removed = await reportLostDevice(id, session, context);
      if (!removed.ok) return refusal(removed.error);

      const done = new NextResponse(null, { status: 204 });
      if (id === session.passkeyId) clearSessionCookie(done.cookies);
      return done;
    },
  ),
});
