import { spawnSync } from 'node:child_process';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { db } from '@/db';
import { ConfigError } from '@/lib/config';
import { makeLog } from '@/lib/log';
import { withSettings } from '@/tests/setup/settings';

const secret = 'swordfish-4711';

/** What is written while `say` runs, as one text, and line by line. */
function written(say: (log: ReturnType<typeof makeLog>) => unknown, level = 'debug') {
  return withSettings({ LOG_LEVEL: level }, async () => {
    let text = '';
    await say(
      makeLog({
        write: (line) => {
          text += line;
        },
      }),
    );
    return {
      text,
      lines: text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    };
  });
}

const names = [
  'password',
  'token',
  'secret',
  'cookie',
  'authorization',
  'challenge',
  'code',
  'credential',
  'key',
  'tokenHash',
  'csrfToken',
  'newPassword',
  'Authorization',
  'set-cookie',
  'APP_SECRET',
  'privateKey',
  'recoveryCodes',
  'clientSecret',
  'signature',
  'link',
];
test('K3: nothing that is called like a secret is written, wherever it stands', async () => {
  for (const name of names) await expectHidden(name);
});

async function expectHidden(name: string) {
  const { text, lines } = await written((log) => {
    log.info({ [name]: secret });
    log.warn({ one: { [name]: secret } });
    log.error({ one: { two: { [name]: secret } } });
    log.info({ one: { two: { three: { four: [{ [name]: { inside: secret } }] } } } });
    log.info({ list: [[{ [name]: [secret] }]] });
  });
  expect({ name, shown: text.includes(secret), lines: lines.length }).toEqual({ name, shown: false, lines: 5 });
}

test('what is no secret is written as it is', async () => {
  const fields = {
    requestId: 'r',
    address: '192.0.2.1',
    audit: { type: 'x', outcome: 'success', passkeyId: 'p', sessionId: 's', reason: 'challenge_spent' },
    at: new Date(0),
    list: [1, null, true],
  };
  const { lines } = await written((log) => log.info(fields, 'said'));
  expect(lines[0]).toMatchObject({ ...fields, at: '1970-01-01T00:00:00.000Z', msg: 'said' });
});

test('what goes in circles is no reason to fail', async () => {
  const circle: Record<string, unknown> = { token: secret };
  circle.self = circle;
  const { text, lines } = await written((log) => log.info({ circle }, 'said'));
  expect([lines.length, text.includes(secret)]).toEqual([1, false]);
});

test('K4: control characters arrive escaped, and nothing makes a second line', async () => {
  const { text, lines } = await written((log) =>
    log.info({ browser: 'a\r\n{"level":60}\u001b[31m\u0000' }, 'b\nc\u001b[0m'),
  );
  expect(lines).toHaveLength(1);
  expect(text.trimEnd()).not.toMatch(/\p{Cc}/u);
  expect(lines[0]).toMatchObject({ browser: 'a\r\n{"level":60}\u001b[31m\u0000', msg: 'b\nc\u001b[0m' });
});

/** The error of a statement that had the secret among its values. */
const failing = async (statement: ReturnType<typeof sql>) => {
  try {
    await db.execute(statement);
  } catch (error) {
    return error;
  }
};

test.each([
  ['a value of the wrong form', sql`select ${secret}::uuid`],
  ['a value that is taken', sql`insert into rate_limits (key, points) values (${secret}, 1), (${secret}, 1)`],
  [
    'a value that a check refuses',
    sql`insert into users (handle, email, name, role) values ('x', ${secret}, 'x', ${secret})`,
  ],
  ['a statement that is wrong', sql`selekt ${secret}`],
  ['a value in the statement itself', sql.raw(`select '${secret}'::int`)],
])('K3: an error of the database tells its code and not %s', async (_, statement) => {
  const error = await failing(statement);
  expect(error).toBeInstanceOf(Error);
  const { text, lines } = await written((log) => {
    log.error({ err: error }, 'failed');
    log.error({ err: new Error('outer', { cause: error }) }, 'failed');
    log.error({ err: (error as Error).cause }, 'failed');
  });
  expect(text).not.toContain(secret);
  expect(JSON.stringify(lines[0].err)).toMatch(/"(22P02|23505|23514|42601)"/);
  expect(lines[0].err.stack.length).toBeGreaterThan(0);
});

test('an error of the network tells the operator what it was', async () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
  const { lines } = await written((log) => log.error({ err: new Error('outer', { cause: refused }) }));
  expect(lines[0].err).toMatchObject({ message: 'outer', cause: { message: 'connect ECONNREFUSED 127.0.0.1:1' } });
  expect(JSON.stringify(lines[0].err)).toContain('"ECONNREFUSED"');
});

test('what is thrown and is no error is named by its type only', async () => {
  const { text, lines } = await written((log) => log.error({ err: secret }));
  expect([lines[0].err, text.includes(secret)]).toEqual([{ name: 'string' }, false]);
});

test('an error of ours keeps its words', async () => {
  const { lines } = await written((log) => log.error({ err: new ConfigError('a setting is missing') }));
  expect(lines[0].err).toMatchObject({ name: 'ConfigError', message: 'a setting is missing' });
});

test('LOG_LEVEL decides what is written', async () => {
  expect((await written((log) => log.info('said'), 'warn')).text).toBe('');
  expect((await written((log) => log.fatal('said'), 'silent')).text).toBe('');
});

test.each([
  ['one', `log.info('one'); log.warn('two'); process.exit(3)`],
  [
    'several, a write of which is under way',
    `log.info('one'); setTimeout(() => { log.warn('two'); process.exit(3) }, 100)`,
  ],
  [
    'what was thrown',
    `process.on('uncaughtException', () => { log.warn('two'); process.exit(3) }); log.info('one'); throw 1`,
  ],
  ['what is fatal', `log.info('one'); log.fatal('two'); process.kill(process.pid, 'SIGKILL')`],
])('what was said last is written, also where the process ends at once: %s', (_, ending) => {
  const program = `const { log } = await import('./lib/log.ts'); ${ending}`;
  const { stdout } = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
    env: { ...process.env, NODE_OPTIONS: '', LOG_LEVEL: 'info', TSX_TSCONFIG_PATH: 'tests/setup/tsconfig.child.json' },
    encoding: 'utf8',
  });
  const said = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line).msg);
  expect(said).toEqual(['one', 'two']);
});
