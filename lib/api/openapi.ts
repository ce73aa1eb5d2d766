import { z } from 'zod';
import { createDocument, type ZodOpenApiPathsObject } from 'zod-openapi';
import { permissionOf } from '@/lib/access';
import { config } from '@/lib/config';
import type { AnyOperation } from '@/lib/operation';
import { describeProblem, type Problem } from '@/lib/problems';
import { routes } from './routes';

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
    security: [{ apiKey: [] }],
    components: { securitySchemes: { apiKey: { type: 'http', scheme: 'bearer', bearerFormat: 'lk_…' } } },
    paths: Object.entries(routes).reduce<ZodOpenApiPathsObject>((paths, [route, operation]) => {
      const [method = '', path = ''] = route.split(' ');
      paths[path] = { ...paths[path], [method.toLowerCase()]: describe(method, path, operation) };
      return paths;
    }, {}),
  });
  return document;
}

function describe(method: string, path: string, operation: AnyOperation) {
  const { name, summary, access, refusals, input, output } = operation;
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter = '']) => parameter);
  const body = input.omit ? withoutKeys(input, inPath) : input;
  const success = method === 'POST' ? '201' : '200';
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
    ...(permission && { description: `Needs the permission \`${permission}\`.` }),
    requestParams: {
      ...(inPath.length > 0 && { path: z.object(Object.fromEntries(inPath.map((key) => [key, z.string()]))) }),
      ...(method === 'POST' && { header: z.object({ 'Idempotency-Key': z.string().max(255).optional() }) }),
    },
    ...(['POST', 'PUT', 'PATCH'].includes(method) && {
      requestBody: { content: { 'application/json': { schema: body } } },
    }),
    responses: {
      [success]: { description: 'Done.', content: { 'application/json': { schema: output } } },
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

/** The fields of an input that do not stand in the path. */
const withoutKeys = (input: z.ZodObject, keys: string[]) =>
  z.object(Object.fromEntries(Object.entries(input.shape).filter(([key]) => !keys.includes(key))));
