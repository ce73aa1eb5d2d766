import { expect, test } from '@playwright/test';
import { type Answer, form, insertApp, insertPerson, Jar, send, startTwoServers } from './two-servers';

const AT_ONCE = 6;

for (const DIRECT_ENTRIES of ['on', 'off']) {
  test(`of what may happen once two servers do one, whatever reaches both at the same time (direct entries ${DIRECT_ENTRIES}; A3)`, async () => {
    const { servers, origin, sql, end } = await startTwoServers({ DIRECT_ENTRIES }, { DIRECT_ENTRIES });
    try {
      const { authenticator, userId } = await insertPerson(sql, origin);
      const { authorization, authorize, redemption } = await insertApp(sql, 'wiki', [
        'authorization_code',
        'refresh_token',
      ]);
      const jar = new Jar();
      const json = { origin, 'content-type': 'application/json' };
      const [one, other] = servers;

      /** Sends the same to both in turn, before any answer is there. */
      const race = (path: string, sent: Parameters<typeof send>[3]) =>
        Promise.all(Array.from({ length: AT_ONCE }, (_, n) => send(n % 2 ? one : other, 'POST', path, sent)));
      const won = (answers: Answer[]) => answers.filter(({ status }) => status === 200);
      const lost = (answers: Answer[]) => answers.filter(({ status }) => status !== 200).map(said);
      const said = ({ status, body }: Answer) => [status, JSON.parse(body).error.code ?? JSON.parse(body).error];
      const times = (count: number, what: unknown) => Array.from({ length: count }, () => what);

      const ceremony = async (name: 'authenticate' | 'step-up') => {
        const started = await send(one, 'POST', `/api/passkeys/${name}/options`, {
          headers: { ...json, ...jar.header },
          body: '{}',
        });
        jar.keep(started);
        const { challengeId, options } = JSON.parse(started.body);
        const body = JSON.stringify({ challengeId, credential: authenticator.signIn(options) });
        const answers = await race(`/api/passkeys/${name}/verify`, { headers: { ...json, ...jar.header }, body });
        expect(won(answers), name).toHaveLength(1);
        return { winner: won(answers)[0]!, losers: lost(answers) };
      };

      await test.step('an answer to a challenge', async () => {
        const { winner, losers } = await ceremony('authenticate');
        expect(losers).toEqual(times(AT_ONCE - 1, [401, 'authentication_failed']));
        jar.keep(winner);
        expect(await sql`select user_id from sessions`).toEqual([{ user_id: userId }]);
        expect((await sql`select sign_count from passkeys`)[0]).toEqual({ sign_count: '1' });
        const { winner: renewed, losers: refused } = await ceremony('step-up');
        // Whoever comes after the session has its new token is told so before the challenge is looked at.
        for (const [status, code] of refused) {
          expect(status).toBe(401);
          expect(['authentication_failed', 'session_required']).toContain(code);
        }
        jar.keep(renewed);
      });

      const token = (body: string) => ({ headers: { ...form, authorization }, body });
      const codeFor = async (server: typeof one) =>
        redemption(await send(server, 'GET', authorize, { headers: jar.header }));
      /** Losers end what the winner got, so that a thief who was faster has nothing either (RFC 6749 §4.1.2). */
      const expectEnded = async (answers: Answer[]) => {
        expect(won(answers).length).toBeLessThanOrEqual(1);
        expect(lost(answers)).toEqual(times(AT_ONCE - won(answers).length, [400, 'invalid_grant']));
        for (const { body } of won(answers))
          for (const server of servers) {
            const headers = { authorization: `Bearer ${JSON.parse(body).access_token}` };
            expect((await send(server, 'GET', '/oidc/userinfo', { headers })).status).toBe(401);
          }
      };

      await test.step('a code', async () => expectEnded(await race('/oidc/token', token(await codeFor(one)))));

      await test.step('a refresh token', async () => {
        const issued = await send(other, 'POST', '/oidc/token', token(await codeFor(other)));
        const { refresh_token } = JSON.parse(issued.body);
        await expectEnded(await race('/oidc/token', token(`grant_type=refresh_token&refresh_token=${refresh_token}`)));
      });
    } finally {
      await end();
    }
  });
}
