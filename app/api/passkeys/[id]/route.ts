import { NextResponse } from 'next/server';
import { z } from 'zod';
import { displayName } from '@/lib/display-name';
import { clearSessionCookie, jsonRoute, methods, refusal } from '@/lib/http';
import { removePasskey, renamePasskey } from '@/lib/passkeys';
import { rowId } from '@/lib/row-id';

const input = z.object({ name: displayName });
const idOf = (params: { id?: unknown }) => rowId.safeParse(params.id).data;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  PATCH: jsonRoute(
    { access: 'session', limit: 'manage', input },
    async ({ input, admitted: session, context, params }) => {
      const id = idOf(params);
      const renamed = id ? await renamePasskey(id, input.name, session, context) : undefined;
      if (!renamed?.ok) return refusal(renamed?.error ?? 'not_found');
      return NextResponse.json({ passkey: renamed.value });
    },
  ),

  DELETE: jsonRoute({ access: 'recent-session', limit: 'manage' }, async ({ admitted: session, context, params }) => {
    const id = idOf(params);
    if (!id) return refusal('not_found');
    const removed = await removePasskey(id, session, context);
    if (!removed.ok) return refusal(removed.error);

    const done = new NextResponse(null, { status: 204 });
    if (id === session.passkeyId) clearSessionCookie(done.cookies);
    return done;
  }),
});
