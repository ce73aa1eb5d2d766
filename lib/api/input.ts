import type { NextRequest } from 'next/server';
import { z } from 'zod';
import { isStorable, readJson } from '@/lib/http';
import { type Invalid, parseInput } from '@/lib/operation';
import type { Problem } from '@/lib/problems';
import { fail, ok, type Result } from '@/lib/result';
import type { Route } from './routes';

export const isInvalid = (error: Problem | Invalid): error is Invalid => typeof error === 'object';

/** The largest body that an operation needs: the settings of an app with a picture of 48 KB. */
const LARGEST = 128 * 1024;

/** The input of an operation: the body, if there is one, or the parameters of the query, with what stands in the path. */
export async function readInput(
  request: NextRequest,
  { operation, params }: Route,
): Promise<Result<unknown, Problem | Invalid>> {
  const query = [...request.nextUrl.searchParams];
  const body = hasBody(request)
    ? await readJson(request, z.record(z.string(), z.unknown()), { limit: LARGEST })
    : ok(Object.fromEntries<unknown>(query));
  if (!body.ok) return body;
  // The text of a body has been checked; that of an address has not.
  if (![...Object.values(params), ...query.flat()].every(isStorable)) return fail('invalid_request');
  return parseInput(operation, { ...body.value, ...params });
}

const hasBody = ({ method, headers }: NextRequest) =>
  (['POST', 'PUT', 'PATCH'].includes(method) && headers.has('content-type')) ||
  headers.has('transfer-encoding') ||
  Number(headers.get('content-length') ?? 0) > 0;
