// Registers examples/relying-party as a client: `tsx --conditions=react-server scripts/example-client.ts <its address>`.
// More addresses at which the same client is at home can follow.
// Run before the server starts, because the embedded database is for one process at a time. Running it again is no harm.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { closeDb } from '@/db';
import { migrate } from '@/db/migrate';
import { clientSettings, registerClient } from '@/lib/clients';
import { config } from '@/lib/config';
import { makePrivate } from '@/lib/private-files';
import { jobContext } from '@/lib/request-context';
import { steadyDigest } from '@/lib/vault';

const id = 'example';
const addresses = process.argv.slice(2);
const address = addresses[0] ?? 'http://localhost:4000';
const at = (path: string) => [address, ...addresses.slice(1)].map((one) => one + path);
if (!config.local) throw new Error(`The example is for localhost, not for ${config.publicUrl}.`);

const settings = clientSettings.parse({
  name: 'Example app',
  authMethod: 'client_secret_basic',
  redirectUris: at('/callback'),
  postLogoutRedirectUris: at('/signed-out'),
  backchannelLogoutUri: `${address}/backchannel-logout`,
  scopes: ['profile', 'email', 'groups'],
  signingAlg: 'ES256',
});

await migrate();
// Of a key of this installation, so that it is the same every time.
const secret = (await steadyDigest('example-client', id)).toString('base64url');
await registerClient(id, secret, settings, jobContext('example-client'));
await closeDb();

const environment = {
  ISSUER: config.publicUrl,
  CLIENT_ID: id,
  CLIENT_SECRET: secret,
  PORT: new URL(address).port,
};
const lines = Object.entries(environment).map(([name, value]) => `${name}=${value}\n`);
const file = join(config.dataDir, 'example.env');
writeFileSync(file, lines.join(''), { mode: 0o600 });
makePrivate(file);
