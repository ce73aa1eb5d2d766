import '@/tests/setup/async-storage';

import { expect, test } from 'vitest';
import * as ready from '@/app/readyz/route';
import { isUnavailable } from '@/db';
import { config } from '@/lib/config';
import { cookieName } from '@/lib/cookies';
import { handleOidc } from '@/lib/oidc';
import { readSession } from '@/lib/sessions';
import { seedPerson } from '@/tests/helpers/people';
import { troubledLine } from '@/tests/setup/faulty-connection';
import { call, calls, expectProblem } from '@/tests/setup/routes';
import { withSettings } from '@/tests/setup/settings';

const signInOptions = calls.find(({ name }) => name === 'POST /api/passkeys/authenticate/options')!;

test.runIf(config.databaseUrl)(
  'a database that hangs is 503 for JSON, the provider and readiness, and an outage for pages',
  async () => {
    const { browser } = await seedPerson();
    const token = browser.cookies.get(cookieName('session'));
    const line = await troubledLine(config.databaseUrl!);
    line.url.searchParams.set('connect_timeout', '3');
    line.url.searchParams.set('statement_timeout', '2500');
    try {
      await withSettings({ DATABASE_URL: line.url.href, DATABASE_POOL_SIZE: '3' }, async () => {
        for (const connected of [false, true]) {
          line.trouble.hangs = true;
          const [json, oidc, readiness] = await Promise.all([
            call(signInOptions),
            handleOidc(new Request(`${config.publicUrl}/oidc/token`, { method: 'POST' })),
            ready.GET(),
            expect(readSession(token)).rejects.toSatisfy(isUnavailable),
          ]);
          expectProblem(json, 503, 'unavailable');
          expect(oidc.headers.get('retry-after')).toBe('5');
          expect([connected, oidc.status, readiness.status]).toEqual([connected, 503, 503]);
          line.trouble.hangs = false;
          expect((await call(signInOptions)).status).toBe(200);
          expect((await ready.GET()).status).toBe(200);
        }
      });
    } finally {
      line.stop();
    }
  },
);
