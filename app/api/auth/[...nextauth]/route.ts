import { z } from 'zod';
import { jsonRoute, methods, readForm, refusal } from '@/lib/http';
import { answerNextAuth } from '@/lib/sessions';

// The rest of next-auth's addresses stay closed: `_log` writes a caller's text into the log (trap T23), and ways to
// sign in are ours.
const open = ['GET session', 'GET csrf', 'GET providers', 'POST signout'];
const form = z.object({ csrfToken: z.string().max(200).optional() });

const handle = jsonRoute({ access: 'anyone', limit: 'manage' }, async ({ request, cookies, params, context }) => {
  const [action = '', ...moreSegments] = ([] as string[]).concat(params.nextauth ?? []);
  if (moreSegments.length > 0 || !open.includes(`${request.method} ${action}`)) return refusal('not_found');
  const body = request.method === 'POST' ? await readForm(request, form) : undefined;
  if (body?.ok === false) return refusal(body.error);

  return answerNextAuth({ action, method: request.method, cookies: cookies.getAll(), ...body?.value }, context);
});

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({ GET: handle, POST: handle });
