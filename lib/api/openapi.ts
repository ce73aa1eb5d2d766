import { z } from 'zod';
import { createDocument, type ZodOpenApiPathsObject } from 'zod-openapi';
import { isKeyPermission, type Permission, permissionOf } from '@/lib/access';
import { config } from '@/lib/config';
import { cookieName } from '@/lib/cookies';
import { type AnyOperation, strict } from '@/lib/operation';
import { describeProblem, type Problem } from '@/lib/problems';
import { routes, successOf } from './routes';

const problem = z
  .object({
    error: z.object({ code: z.string(), message: z.string(), field: z.string().optional(), requestId: z.string() }),
  })
  .meta({ id: 'Problem' });

/** What every operation can answer beside its own refusals. */
const common: Problem[] = [
  'invalid_request',
  'session_required',
  'api_key_invalid',
  'forbidden',
  'origin_not_allowed',
  'another_account',
  'not_administrator',
  'step_up_required',
  'stronger_proof_required',
  'on_hold',
  'too_large',
  'unsupported_media_type',
  'too_many_requests',
  'internal',
  'unavailable',
];

let document: ReturnType<typeof createDocument> | undefined;

/** The description of everything under `/api/v1` (OpenAPI 3.1), made from the operations. */
export function openApi() {
  document ??= createDocument({
    openapi: '3.1.0',
    info: { title: 'Latchkey', version: '1' },
    servers: [{ url: `${config.publicUrl}/api/v1` }],
    components: {
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', bearerFormat: 'lk_…' },
        session: { type: 'apiKey', in: 'cookie', name: cookieName('session') },
      },
    },
    paths: Object.entries(routes).reduce<ZodOpenApiPathsObject>((paths, [route, operation]) => {
      const [method = '', path = ''] = route.split(' ');
      paths[path] = { ...paths[path], [method.toLowerCase()]: describe(method, path, operation) };
      return paths;
    }, {}),
  });
  return document;
}

function describe(method: string, path: string, operation: AnyOperation) {
  const { name, summary, access, refusals, input } = operation;
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter = '']) => parameter);
  const fields = Object.keys(input.shape).filter((key) => !inPath.includes(key));
  const sent = strict(z.object(picked(input, fields)));
  const hasBody = ['POST', 'PUT', 'PATCH'].includes(method);
  const success = String(successOf(method, operation));
  const permission = permissionOf(access);
  const codes: Problem[] = [
    ...common,
    ...refusals,
    ...(method === 'POST' ? (['idempotency_key_reused'] as const) : []),
  ];
  return {
    operationId: name,
    summary,
    tags: [name.split('.')[0]!],
    ...accessOf(permission),
    requestParams: {
      ...(inPath.length > 0 && { path: z.object(picked(input, inPath)) }),
      ...(!hasBody && fields.length > 0 && { query: sent }),
      ...(method === 'POST' && { header: z.object({ 'Idempotency-Key': z.string().max(255).optional() }) }),
    },
    ...(hasBody && { requestBody: { content: { 'application/json': { schema: sent } } } }),
    responses: {
      [success]: { description: 'Done.', content: { 'application/json': { schema: answerOf(operation) } } },
      ...Object.fromEntries(
        Object.entries(Object.groupBy(codes, (code) => describeProblem(code).status)).map(([status, same = []]) => [
          status,
          {
            description: same.map((code) => `\`${code}\``).join(', '),
            content: { 'application/json': { schema: problem } },
          },
        ]),
      ),
    },
  };
}

/** Who may ask: whoever has an API key with the permission, or administrators alone. */
function accessOf(permission?: Permission) {
  if (!permission) return {};
  if (!isKeyPermission(permission))
    return { description: 'For an administrator in a session; no API key may.', security: [{ session: [] }] };
  return { description: `Needs the permission \`${permission}\`.`, security: [{ apiKey: [] }, { session: [] }] };
}

/** What is shown once is not in the answer to a creation that was sent again. */
const answerOf = ({ output, secrets = [] }: AnyOperation) =>
  secrets.length > 0 ? output.partial(Object.fromEntries(secrets.map((name) => [name, true]))) : output;

const picked = ({ shape }: z.ZodObject, keys: string[]) => Object.fromEntries(keys.map((key) => [key, shape[key]!]));
