import { describe, expect, test } from 'vitest';
import { clientSettings, newClientFields, settingsFrom } from './index';

const form = { ...newClientFields, name: 'Wiki', redirectUris: 'https://wiki.example.com/callback' };
const settings = (more: Record<string, string> = {}) => clientSettings.parse(settingsFrom({ ...form, ...more }));

/** The fields at which a form is refused. */
function refusedAt(more: Record<string, string | undefined>) {
  const parsed = clientSettings.safeParse(settingsFrom({ ...form, ...more }));
  return parsed.success ? [] : [...new Set(parsed.error.issues.map(({ path }) => String(path[0])))];
}

describe('the rules of addresses (H2, RFC 9700 §4.1)', () => {
  test.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'http://wiki.example.com/callback',
    'http://localhost.example.com/',
    'http://127.0.0.1.example.com/',
    'http://10.0.0.1/',
    'https://wiki.example.com/#fragment',
    'https://wiki.example.com/#',
    'https://*.example.com/callback',
    'https://wiki.example.com/*',
    'https://user:password@wiki.example.com/',
    'https://wiki.example.com\\@evil.example/',
    'https://wiki.example.com/a b',
    'wiki.example.com/callback',
    '//wiki.example.com/callback',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:https://wiki.example.com/1',
    'https:wiki.example.com/callback',
    'intent://scan/',
    'urn:ietf:wg:oauth:2.0:oob',
    'myapp:callback',
    `https://wiki.example.com/${'x'.repeat(2000)}`,
  ])('refuse %s of an app on a server, to come back to and to sign out to', (uri) => {
    expect(refusedAt({ redirectUris: uri })).toContain('redirectUris');
    expect(refusedAt({ redirectUris: `${form.redirectUris}\n${uri}` })).toContain('redirectUris');
    expect(refusedAt({ postLogoutRedirectUris: uri })).toContain('postLogoutRedirectUris');
  });

  test.each(['http://localhost:3000/callback', 'http://127.0.0.1/', 'http://[::1]:8080/cb', 'https://a.example/?x=1'])(
    'accept %s',
    (uri) => expect(refusedAt({ redirectUris: uri })).toEqual([]),
  );

  test.each([
    'com.example.app:/callback',
    'app.immich:///oauth-callback',
    'oc://ios.owncloud.com',
    'vscode://vscode.github-authentication/did-authenticate',
    'com.googleusercontent.apps.1-a:/oauth2redirect',
  ])('accept %s of a native app, alone without a secret and beside an address on a server with one', (uri) => {
    expect(settings({ authMethod: 'none', redirectUris: uri }).redirectUris).toEqual([uri]);
    const both = { redirectUris: `${form.redirectUris}\n${uri}`, postLogoutRedirectUris: uri };
    expect(settings(both)).toMatchObject({ redirectUris: [form.redirectUris, uri], postLogoutRedirectUris: [uri] });
    expect(refusedAt({ redirectUris: uri }), 'an app with a secret that is on no server').toEqual(['redirectUris']);
  });

  test.each([
    'http://192.168.1.20:8123/auth',
    'http://10.0.0.1/',
    'http://172.31.0.9/',
    'http://100.100.1.1/',
    'http://[fd12:3456::1]/cb',
    'http://nas/cb',
    'http://nas.local/cb',
    'http://wiki.home.arpa/cb',
  ])(
    'accept %s only where the administrator allows http in a network of one’s own, and nothing else with it',
    (uri) => {
      const allowed = { allowsPrivateHttp: 'on' };
      for (const field of ['redirectUris', 'postLogoutRedirectUris']) {
        expect(refusedAt({ [field]: uri })).toEqual([field]);
        expect(refusedAt({ [field]: uri, ...allowed })).toEqual([]);
      }
      for (const elsewhere of ['http://172.32.0.1/', 'http://10.example.com/', 'http://1.1.1.1/', 'http://[2a00::1]/'])
        expect(refusedAt({ redirectUris: elsewhere, ...allowed })).toEqual(['redirectUris']);
    },
  );

  test.each([
    ['HTTPS://Wiki.Example.COM:443/Callback?A=b', 'https://wiki.example.com/Callback?A=b'],
    ['https://bücher.example/rückruf', 'https://xn--bcher-kva.example/r%C3%BCckruf'],
    ['https://wiki.example.com', 'https://wiki.example.com'],
    ['https://wiki.example.com:8443/a/../b/', 'https://wiki.example.com:8443/a/../b/'],
    ['http://LOCALHOST:80/cb', 'http://localhost/cb'],
    ['http://[0:0::1]:3000/cb', 'http://[::1]:3000/cb'],
    ['OC://ios.ownCloud.com', 'oc://ios.ownCloud.com'],
  ])('%s is kept as browsers write it: %s', (typed, stored) => {
    const uris = `${form.redirectUris}\n${typed}\n${stored}`;
    const parsed = settings({ redirectUris: uris, postLogoutRedirectUris: typed });
    expect(parsed.redirectUris).toEqual([form.redirectUris, stored]);
    expect(parsed.postLogoutRedirectUris).toEqual([stored]);
  });

  test('what cannot be read at all is refused too, and not with an error of ours', () => {
    expect(refusedAt({ redirectUris: 'not an address', subjectType: 'pairwise' })).toContain('redirectUris');
  });

  test('lines are trimmed, and each counts once', () => {
    const uri = form.redirectUris;
    expect(settings({ redirectUris: ` ${uri} \r\n\r\n${uri}\r\n` }).redirectUris).toEqual([uri]);
  });

  test.each([
    ['http://user:password@app.internal/out', ['backchannelLogoutUri']],
    ['javascript:x', ['backchannelLogoutUri']],
    ['https://wiki.example.com/out#x', ['backchannelLogoutUri']],
    ['http://app.internal:8080/out', []],
    ['https://wiki.example.com/out', []],
  ])('back-channel logout to %s: refused at %j', (backchannelLogoutUri, at) => {
    expect(refusedAt({ backchannelLogoutUri })).toEqual(at);
  });
});
