import { oauthProvider } from '@better-auth/oauth-provider';
import { passkey } from '@better-auth/passkey';
import { betterAuth } from 'better-auth';
import { jwt } from 'better-auth/plugins';
import { Pool } from 'pg';

const origin = process.env.BETTER_AUTH_URL;
const wide = { window: 60, max: 1_000_000 };
const provider = {
  loginPage: '/sign-in',
  consentPage: '/consent',
  scopes: ['openid', 'profile', 'email', 'offline_access', 'api'],
  clientPrivileges: () => true,
  rateLimit: { token: wide, authorize: wide },
  silenceWarnings: { oauthAuthServerConfig: true, openidConfig: true },
};

/** Better Auth with passkeys and its OpenID Provider on Postgres, as its documentation sets it up. Its limits count, and are too wide to refuse. */
export const auth = betterAuth({
  database: new Pool({ connectionString: process.env.DATABASE_URL }),
  emailAndPassword: { enabled: true },
  disabledPaths: ['/token'],
  plugins: [passkey({ rpID: 'localhost', rpName: 'Better Auth', origin }), jwt(), oauthProvider(provider)],
  rateLimit: { ...wide, customRules: { '/sign-up/email': false } },
});
