import { NextResponse } from 'next/server';
import { z } from 'zod';
import { displayName } from '@/lib/display-name';
import { jsonRoute, methods, refusal, withoutSession } from '@/lib/http';
import { removePasskey, renamePasskey } from '@/lib/passkeys';

const isId = (id: string | undefined) => z.uuid().safeParse(id).success;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  PATCH: jsonRoute(
    { access: 'session', limit: 'manage', input: z.object({ name: displayName }) },
    async ({ input, admitted: session, by, params: { id = '' } }) => {
      const renamed = isId(id) ? await renamePasskey(id, input.name, session, by) : undefined;
      return renamed?.ok ? NextResponse.json({ passkey: renamed.value }) : refusal('not_found');
    },
  ),

  DELETE: jsonRoute(
    { access: 'recent-session', limit: 'manage' },
    async ({ admitted: session, by, params: { id = '' } }) => {
      if (!isId(id)) return refusal('not_found');
      const removed = await removePasskey(id, session, by);
      if (!removed.ok) return refusal(removed.error);

      const done = new NextResponse(null, { status: 204 });
      return id === session.passkeyId ? withoutSession(done) : done;
    },
  ),
});
