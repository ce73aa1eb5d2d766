import { routes } from '@/lib/api';
import { config } from '@/lib/config';
import { type AnyOperation, type Invalid, parseInput, perform } from '@/lib/operation';
import { describeProblem, type Problem } from '@/lib/problems';
import { requestContextFrom } from '@/lib/request-context';
import { fail, ok, type Result } from '@/lib/result';
import { whyRefused } from '@/lib/sessions';

/** Why a command did nothing: its code, a sentence, and the field of the input that it is about. */
export type Refused = { code: string; message: string; field?: string };

const invalid = (about: Invalid): Refused => ({ code: 'invalid_request', ...about });
const refused = (code: Problem): Refused => {
  const { status: _, ...described } = describeProblem(code);
  return { code, ...described };
};

/** Runs an operation on the database as the command line. */
export async function runHere(operation: AnyOperation, sent: object): Promise<Result<object, Refused>> {
  const actor = { kind: 'command' } as const;
  const forbidden = whyRefused(operation.access, actor);
  if (forbidden) return fail(refused(forbidden));
  const input = parseInput(operation, sent);
  if (!input.ok) return fail(invalid(input.error));
  const context = { ...requestContextFrom(new Headers()), browser: `latchkey ${operation.name}` };
  const outcome = await perform(operation, input.value, actor, context);
  return outcome.ok ? ok(outcome.value) : fail(refused(outcome.error));
}

/** Runs an operation through the API of the running service, with an API key. */
export async function runThroughApi(
  operation: AnyOperation,
  sent: Record<string, unknown>,
  key: string,
): Promise<Result<object, Refused>> {
  const route = Object.entries(routes).find(([, one]) => one === operation)?.[0];
  if (!route) return fail(refused('not_found'));
  const [method = '', pattern = ''] = route.split(' ');
  const fields = { ...sent };
  const path = pattern.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = String(fields[name]);
    delete fields[name];
    return encodeURIComponent(value);
  });
  const hasBody = ['POST', 'PUT', 'PATCH'].includes(method);
  const query = hasBody
    ? ''
    : `?${new URLSearchParams(Object.entries(fields).map(([name, value]) => [name, String(value)]))}`;
  try {
    const response = await fetch(`${config.publicUrl}/api/v1${path}${query}`, {
      method,
      redirect: 'error',
      headers: { authorization: `Bearer ${key}`, ...(hasBody && { 'content-type': 'application/json' }) },
      ...(hasBody && { body: JSON.stringify(fields) }),
    });
    const answer = (await response.json()) as { error?: Refused };
    return answer.error ? fail(answer.error) : ok(answer);
  } catch {
    return fail({ code: 'unavailable', message: `The API at ${config.publicUrl} does not answer.` });
  }
}
