import { createCipheriv, createHash, createHmac, randomBytes, randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { db } from '@/db';
import { oidcArtifacts, signingKeys, steadyKeys, totpSecrets } from '@/db/schema';
import { config } from '@/lib/config';
import { deriveKeys } from '@/lib/crypto';
import { makeLog } from '@/lib/log';
import { newUser } from '@/tests/helpers/people';
import { withSettings } from '@/tests/setup/settings';
import { isOpenable, open, reseal, seal, steadyDigest } from '.';

const old = config.appSecrets[0]!;
const fresh = 'b7Q2mWk9xLr4nVt8pZs1dHf6gJy3aEuc';
const appending = { APP_SECRET: `${old},${fresh}` };
const rotated = { APP_SECRET: `${fresh},${old}` };
const plain = Buffer.from('what must stay hidden');

/** As values were sealed before they were bound to their rows. */
function sealFormerly(purpose: string, text: Uint8Array) {
  const key = deriveKeys(purpose)[0]!;
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const sealed = Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()]);
  return { keyId: createHash('sha256').update(key).digest('hex').slice(0, 8), sealed: new Uint8Array(sealed) };
}

async function keepTotp(userId: string, { keyId, sealed: secret }: { keyId: string; sealed: Uint8Array<ArrayBuffer> }) {
  await db.insert(totpSecrets).values({ userId, keyId, secret });
}

async function totpOf(userId: string) {
  const [row] = await db.select().from(totpSecrets).where(eq(totpSecrets.userId, userId));
  return { keyId: row!.keyId, sealed: row!.secret };
}

/** The lines that the log of a process with these settings gets. */
async function logged(settings: Record<string, string>, run: () => Promise<void>) {
  const globals = globalThis as { [key: symbol]: unknown };
  const LOG = Symbol.for('latchkey.log');
  delete globals[Symbol.for('latchkey.vault-warnings')];
  const lines: string[] = [];
  await withSettings({ ...settings, LOG_LEVEL: 'warn' }, async () => {
    globals[LOG] = makeLog({ write: (line) => lines.push(line) });
    await run();
  });
  return lines.map((line) => JSON.parse(line));
}

/** An installation that has no steady keys yet. */
beforeEach(async () => {
  await db.delete(steadyKeys);
  delete (globalThis as { [key: symbol]: unknown })[Symbol.for('latchkey.steady-keys')];
});

describe('a sealed value', () => {
  test('opens in its row, and neither in another row nor in another table', async () => {
    const sealed = seal('totp_secrets', 'ada', plain);
    expect(Buffer.from(sealed.sealed).includes(plain)).toBe(false);
    expect(await open('totp_secrets', 'ada', sealed)).toEqual(plain);
    expect(await open('totp_secrets', 'eve', sealed)).toBeUndefined();
    expect(await open('oidc_artifacts', 'ada', sealed)).toBeUndefined();
    const changed = { ...sealed, sealed: sealed.sealed.map((byte, index) => (index === 20 ? byte ^ 1 : byte)) };
    expect(await open('totp_secrets', 'ada', changed)).toBeUndefined();
  });

  test('is never the same twice, and opens with the secrets of the list only', async () => {
    const ada = randomUUID();
    const sealed = seal('totp_secrets', ada, plain);
    expect(seal('totp_secrets', ada, plain).sealed).not.toEqual(sealed.sealed);
    for (const settings of [appending, rotated])
      expect(await withSettings(settings, () => open('totp_secrets', ada, sealed))).toEqual(plain);
    expect(await withSettings({ APP_SECRET: fresh }, () => open('totp_secrets', ada, sealed))).toBeUndefined();
    expect(await withSettings({ APP_SECRET: fresh }, () => isOpenable('totp_secrets', sealed.keyId))).toBe(false);
  });

  test('that no secret of the list opens is left as it is, and the operator is told once, of nothing secret', async () => {
    const { id } = await newUser('Ada', 'ada@example.com');
    const sealed = seal('totp_secrets', id, plain);
    await keepTotp(id, sealed);
    const lines = await logged({ APP_SECRET: fresh }, async () => {
      for (let times = 0; times < 3; times += 1) expect(await open('totp_secrets', id, sealed)).toBeUndefined();
    });
    expect(lines).toEqual([
      { level: 50, time: expect.any(Number), table: 'totp_secrets', msg: expect.stringContaining('APP_SECRET lacks') },
    ]);
    expect(await totpOf(id)).toEqual(sealed);
    expect(await open('totp_secrets', id, sealed)).toEqual(plain);
  });

  test('of the time before values were bound to rows opens, and is bound to its row by that', async () => {
    const { id } = await newUser('Ada', 'ada@example.com');
    const before = sealFormerly('totp-secret', plain);
    await keepTotp(id, before);
    expect(await open('totp_secrets', id, before)).toEqual(plain);
    const after = await totpOf(id);
    expect(after.keyId).not.toBe(before.keyId);
    expect([await open('totp_secrets', id, after), await open('totp_secrets', 'eve', after)]).toEqual([
      plain,
      undefined,
    ]);
  });

  test('that an old secret sealed is sealed with the new one when it is read, by many at once', async () => {
    const { id } = await newUser('Ada', 'ada@example.com');
    const before = seal('totp_secrets', id, plain);
    await keepTotp(id, before);
    await withSettings(rotated, async () => {
      const read = await Promise.all(Array.from({ length: 10 }, () => open('totp_secrets', id, before)));
      expect(read).toEqual(read.map(() => plain));
    });
    const after = await totpOf(id);
    expect(await withSettings({ APP_SECRET: fresh }, () => open('totp_secrets', id, after))).toEqual(plain);
  });

  test('that somebody else has replaced meanwhile stays replaced', async () => {
    const { id } = await newUser('Ada', 'ada@example.com');
    const before = seal('totp_secrets', id, plain);
    const { keyId, sealed: secret } = seal('totp_secrets', id, Buffer.from('another one'));
    await keepTotp(id, { keyId, sealed: secret });
    expect(await withSettings(rotated, () => open('totp_secrets', id, before))).toEqual(plain);
    expect(await totpOf(id)).toEqual({ keyId, sealed: secret });
  });
});

test('reseal seals what is left in every table, says how much, and finds nothing the second time', async () => {
  const { id } = await newUser('Ada', 'ada@example.com');
  await keepTotp(id, sealFormerly('totp-secret', plain));
  const key = seal('signing_keys', 'kid', plain);
  await db
    .insert(signingKeys)
    .values({ kid: 'kid', alg: 'RS256', publicJwk: {}, ...key, privateJwk: key.sealed, signsFrom: new Date() });
  const artifacts = Array.from({ length: 120 }, (_, n) => {
    const { keyId, sealed: payload } = seal('oidc_artifacts', `artifact ${n}`, plain);
    return { idHash: `artifact ${n}`, model: 'Grant', keyId, payload };
  });
  const lost = await withSettings({ APP_SECRET: fresh.toLowerCase() }, () => seal('oidc_artifacts', 'lost', plain));
  const { keyId, sealed: payload } = lost;
  await db.insert(oidcArtifacts).values([...artifacts, { idHash: 'lost', model: 'Grant', keyId, payload }]);
  await steadyDigest('decoy-look', 'anybody');
  const steady = await db.$count(steadyKeys);

  const counted = await withSettings(rotated, reseal);
  expect(counted).toEqual({ resealed: 120 + 1 + 1 + steady, unopened: 1 });
  expect(await withSettings(rotated, reseal)).toEqual({ resealed: 0, unopened: 1 });
  await withSettings({ APP_SECRET: fresh }, async () => {
    const rows = await db.select().from(oidcArtifacts).where(eq(oidcArtifacts.model, 'Grant'));
    const opened = await Promise.all(
      rows.map((row) => open('oidc_artifacts', row.idHash, { keyId: row.keyId, sealed: row.payload })),
    );
    expect(opened.filter(Boolean)).toHaveLength(120);
    expect(await open('totp_secrets', id, await totpOf(id))).toEqual(plain);
  });
});

describe('a steady value', () => {
  const fromSecret = () =>
    createHmac('sha256', deriveKeys('pairwise-subject')[0]!).update('sector:ada').digest('base64url');
  const digest = async () => (await steadyDigest('pairwise-subject', 'sector:ada')).toString('base64url');

  test('is what it was of today’s secret, and stays so whatever the secrets become', async () => {
    const today = fromSecret();
    expect(await digest()).toBe(today);
    expect(await withSettings(rotated, digest)).toBe(today);
    expect(await withSettings({ APP_SECRET: fresh }, digest)).toBe(today);
  });

  test('is of the secret that was in use last, where lists and these keys come with one upgrade', async () => {
    const { keyId, sealed } = sealFormerly('oidc-signing-key', plain);
    await db
      .insert(signingKeys)
      .values({ kid: 'kid', alg: 'RS256', publicJwk: {}, keyId, privateJwk: sealed, signsFrom: new Date() });
    expect(await withSettings(rotated, digest)).toBe(fromSecret());
  });

  test('is of the first secret where nothing was sealed before', async () => {
    expect(await withSettings(rotated, digest)).toBe(await withSettings({ APP_SECRET: fresh }, fromSecret));
  });

  test('is kept under seal, and made once by however many ask first', async () => {
    const made = await Promise.all(Array.from({ length: 8 }, () => withSettings({}, digest)));
    expect(new Set(made).size).toBe(1);
    const rows = await db.select().from(steadyKeys);
    expect(rows.map(({ key }) => key.length)).toEqual(rows.map(() => 12 + 32 + 16));
  });
});
