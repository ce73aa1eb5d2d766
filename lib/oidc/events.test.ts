import { expect, test } from 'vitest';
import { db } from '@/db';
import { auditEvents, sessions } from '@/db/schema';
import { seedPerson } from '@/tests/helpers/people';
import { post, registerClient, visit } from '@/tests/helpers/relying-party';

test('K2: what an app does is written down with the app, the person, and the session that it came from', async () => {
  const { browser, userId } = await seedPerson();
  const client = await registerClient();
  const newCode = async () => {
    const { url, verifier } = await client.begin();
    const code = (await visit(browser, url)).left!.searchParams.get('code')!;
    return { grant_type: 'authorization_code', code, redirect_uri: client.redirectUri, code_verifier: verifier };
  };
  const form = await newCode();
  await client.token({ ...form, code_verifier: 'x'.repeat(43) });
  const { json } = await client.token(form);
  const renewed = await client.token({ grant_type: 'refresh_token', refresh_token: json.refresh_token });
  const authorization = `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}`;
  await post('/oidc/revoke', { token: renewed.json.access_token }, { authorization });
  const again = await newCode();
  for (const _ of ['issued', 'replayed']) await client.token(again);

  const events = await db.select().from(auditEvents);
  const [session] = (await db.select().from(sessions)).filter((one) => one.userId === userId);
  expect(new Set(events.map(({ type }) => type))).toEqual(
    new Set([
      'client.authorized',
      'client.grant-refused',
      'client.token-issued',
      'client.token-refreshed',
      'client.token-revoked',
      'client.replay',
    ]),
  );
  for (const event of events) {
    expect(event).toMatchObject({ clientId: client.id, subjectId: userId, sessionId: session!.id });
  }
});
