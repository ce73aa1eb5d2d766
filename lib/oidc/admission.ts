import { db } from '@/db';
import { type Client, isClientId } from '@/lib/clients';
import { admitAttempt, attemptOf } from '@/lib/rate-limits';
import type { RequestContext } from '@/lib/request-context';
import { ok } from '@/lib/result';
import { takeRequest } from './queries';

type Sent = { headers: Headers; query: URLSearchParams; form?: URLSearchParams };
/** The client that a request names, as it is now, and the version of the signing keys. */
export type Admitted = { named?: { id: string; client: Client | undefined }; keys: string };

/**
 * Counts a request to the provider and reads what nearly every one needs, by one statement, before anything else is done;
 * over the limit it answers with the seconds to wait.
 */
export async function admitRequest(sent: Sent, context: RequestContext) {
  const attempt = attemptOf('oidc', context);
  const id = clientIdOf(sent);
  const { attempt: count, client, keys } = await takeRequest(db, { ...attempt.values, clientId: id ?? null });
  const counted = await admitAttempt(attempt, count, context);
  if (!counted.ok) return counted;
  return ok<Admitted>({ named: id ? { id, client: client ?? undefined } : undefined, keys });
}

/** Which client a request names, in the way that the engine will find it; nobody has proved anything by that. */
function clientIdOf({ headers, query, form }: Sent) {
  const [scheme, credentials] = headers.get('authorization')?.split(' ') ?? [];
  const named =
    (scheme?.toLowerCase() === 'basic' && credentials && userOf(credentials)) ||
    form?.get('client_id') ||
    subjectOf(form?.get('client_assertion')) ||
    query.get('client_id');
  return named && isClientId(named) ? named : undefined;
}

function userOf(credentials: string) {
  try {
    const [user = ''] = Buffer.from(credentials, 'base64').toString().split(':');
    return decodeURIComponent(user.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

function subjectOf(assertion: string | null | undefined) {
  try {
    const { sub } = JSON.parse(Buffer.from(assertion?.split('.')[1] ?? '', 'base64url').toString());
    return typeof sub === 'string' ? sub : undefined;
  } catch {
    return undefined;
  }
}
