import { expect, test } from 'vitest';
import { isUnavailable } from '@/db';

const withCode = (code: unknown, cause?: unknown) => Object.assign(new Error('x', { cause }), { code });
const errors: [unknown, boolean][] = [
  [withCode('ECONNREFUSED'), true],
  [withCode('CONNECT_TIMEOUT'), true],
  [withCode('CONNECTION_CLOSED'), true],
  [withCode('57P01'), true],
  [withCode('57P03'), true],
  [withCode('53300'), true],
  [withCode('08006'), true],
  [new Error('Failed query', { cause: withCode('ECONNRESET') }), true],
  [withCode('23505'), false],
  [withCode('42P01'), false],
  [withCode('57014'), true],
  [withCode('55P03'), true],
  [withCode('25006'), true],
  [withCode('25001'), false],
  [withCode(8006), false],
  [new Error('ECONNREFUSED'), false],
  ['ECONNREFUSED', false],
  [undefined, false],
];

test('N8: a broken connection means that the database is away, a wrong statement does not', () => {
  for (const [error, expected] of errors)
    expect({ error, away: isUnavailable(error) }).toEqual({ error, away: expected });
});
