import { describe, expect, test } from 'vitest';
import { decide } from '@/app/(sign-in)/interaction/actions';
import { seedPerson } from '@/tests/helpers/people';
import { act, registerClient, visit } from '@/tests/helpers/relying-party';

const schemes = ['com.example.app:/callback', 'http://127.0.0.1/callback', 'https://app.example.com/callback'];

describe.each(schemes)('an app without a secret, which comes back to %s', (uri) => {
  const native = { authMethod: 'none', redirectUris: [uri] } as const;

  test('is not asked about where it is ours, also where nothing may be shown', async () => {
    const { browser, userId } = await seedPerson();
    const client = await registerClient({ ...native, redirectUris: [uri] });
    for (const prompt of [undefined, 'none']) {
      const tokens = await client.signIn(browser, { prompt });
      expect(tokens.claims()?.sub).toBe(userId);
    }
  });

  test('is asked about where it is not ours: anybody can come in its name, so an older consent does not do', async () => {
    const { browser } = await seedPerson();
    const client = await registerClient({ ...native, redirectUris: [uri], firstParty: false });
    const { uid, page } = await visit(browser, (await client.begin()).url);
    expect(page).toBe('Consent');
    const { to } = await act(browser, decide, { uid: uid!, decision: 'allow' });
    expect((await visit(browser, to!)).left?.searchParams.get('code')).toBeTruthy();
    const again = await visit(browser, (await client.begin()).url);
    expect(again.page).toBe(uri.startsWith('https') ? undefined : 'Consent');
  });
});
