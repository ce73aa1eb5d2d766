import { expect, test } from 'vitest';
import { call, calls, expectAllRefused, expectProblem } from '@/tests/setup/routes';

const withBody = calls.filter(({ name }) => /^(POST|PATCH) \/api\/(passkeys|sign-in)/.test(name));
const signInOptions = calls.find(({ name }) => name === 'POST /api/passkeys/authenticate/options')!;

const unreadable = {
  nothing: '',
  'half an object': '{"challengeId":',
  'no JSON': 'challengeId=1',
  null: 'null',
  'an array': '[]',
  'a text': '"{}"',
  'a number': '1',
  'a byte order mark': '\ufeff{}',
  'a million brackets': '['.repeat(60_000),
  'two objects': '{}{}',
  'arrays in arrays without end': `{"name":"a","more":${'['.repeat(30_000)}${']'.repeat(30_000)}}`,
  'NUL in a value': '{"username":"a\\u0000b","name":"a\\u0000b"}',
  'NUL in a name': '{"\\u0000":1}',
  'a lone surrogate in a value': '{"username":"\\ud800","name":"a"}',
  'a lone surrogate deep inside': '{"username":"a","name":"a","more":[{"a":["\\udfff"]}]}',
};
test.each(Object.entries(unreadable))('I8, I14: %s in the body is 400 wherever one is taken', async (_, body) => {
  await expectAllRefused(withBody, { body }, [400, 'invalid_request']);
});

test('bytes that are no UTF-8 are 400', async () => {
  const body = Buffer.from([
    ...Buffer.from('{"username":"'),
    0xc3,
    0x28,
    0xff,
    ...Buffer.from('","name":"'),
    0xff,
    ...Buffer.from('"}'),
  ]);
  await expectAllRefused(withBody, { body }, [400, 'invalid_request']);
});

const wrongTypes: [RegExp, unknown][] = [
  [/authenticate\/options/, { username: 1 }],
  [/authenticate\/options/, { username: ['a@example.com'] }],
  [/authenticate\/options/, { username: { toString: 'x' } }],
  [/authenticate\/options/, { username: '' }],
  [/authenticate\/options/, { username: 'a'.repeat(1001) }],
  [/register\/options/, { conditional: 'true' }],
  [/register\/options/, { conditional: 1 }],
  [/sign-in/, {}],
  [/sign-in\/password/, { email: 1, password: 'x' }],
  [/sign-in\/password/, { email: 'a@example.com', password: ['x'] }],
  [/sign-in\/password/, { email: 'a@example.com', password: 'x'.repeat(1001) }],
  [/sign-in\/password/, { email: 'a@example.com', password: 'x', returnTo: 1 }],
  [/second-factor/, { code: 123456 }],
  [/second-factor/, { code: 'x'.repeat(101) }],
  [/PATCH/, { name: 7 }],
  [/PATCH/, { name: ['Desk'] }],
  [/PATCH/, { name: '' }],
  [/verify/, {}],
  [/verify/, { challengeId: 1, credential: {} }],
  [/verify/, { challengeId: "' or 1=1 --", credential: {} }],
  [/verify/, { challengeId: '00000000-0000-4000-8000-000000000000', credential: 'x' }],
  [/verify/, { challengeId: '00000000-0000-4000-8000-000000000000', credential: [] }],
  [
    /verify/,
    {
      challengeId: '00000000-0000-4000-8000-000000000000',
      credential: { id: {}, rawId: {}, type: 'public-key', response: null },
    },
  ],
];
test.each(wrongTypes)('I8: %s with %j is 400', async (where, body) => {
  const routes = withBody.filter(({ name }) => where.test(name));
  expect(routes.length).toBeGreaterThan(0);
  await expectAllRefused(routes, { body: JSON.stringify(body) }, [400, 'invalid_request']);
});

const types = [
  undefined,
  '',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/jsonx',
  'text/json',
  'application/json2; charset=utf-8',
];
test.each(types)('I5, I8: the content type %j is 415', async (type) => {
  await expectAllRefused(withBody, { body: Buffer.from('{}'), headers: { 'content-type': type } }, [
    415,
    'unsupported_media_type',
  ]);
});

test.each(['application/json', 'Application/JSON', 'application/json; charset=utf-8', ' application/json ;x=y'])(
  'the content type %j is taken',
  async (type) => {
    expect((await call(signInOptions, { headers: { 'content-type': type } })).status).toBe(200);
  },
);

const large = `{"username":"a@example.com","name":"a","filler":"${'x'.repeat(70_000)}"}`;
test.each([
  ['that says so', { 'content-length': String(large.length) }],
  ['that says nothing', { 'content-length': undefined }],
  ['that says less', { 'content-length': '2' }],
  ['that says nonsense', { 'content-length': 'many' }],
  ['that says minus one', { 'content-length': '-1' }],
])('I8: a body of 70 KB %s is 413', async (_, headers) => {
  await expectAllRefused(withBody, { body: large, headers }, [413, 'too_large']);
});

test('I8: a body that goes on for long is left as soon as it is too long', async () => {
  let sent = 0;
  let left = false;
  const long = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      sent += 16 * 1024;
      controller.enqueue(new Uint8Array(16 * 1024).fill(0x20));
      if (sent > 8 * 1024 * 1024) controller.close();
    },
    cancel: () => {
      left = true;
    },
  });
  expectProblem(await call(signInOptions, { body: long }), 413, 'too_large');
  expect(left).toBe(true);
  expect(sent).toBeLessThan(256 * 1024);
});

test('I8: a body of exactly 64 KB is read', async () => {
  const start = '{"filler":"';
  const body = `${start}${'x'.repeat(64 * 1024 - start.length - 2)}"}`;
  expect((await call(signInOptions, { body })).status).toBe(200);
});
