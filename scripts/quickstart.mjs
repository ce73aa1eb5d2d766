// `npm run quickstart`: from a fresh clone to a running server. Node's own modules only.
import { ensureBuilt, ensureInstalled } from './prepare.mjs';
import { requireFreePort, say, serveLatchkey, serverAddress } from './serve.mjs';

try {
  const latchkey = serverAddress();
  await requireFreePort(latchkey, `PUBLIC_URL=http://localhost:${latchkey.port + 1} npm run quickstart`);
  await ensureInstalled();
  await ensureBuilt();
  const { setupLink } = await serveLatchkey(latchkey);
  const first = setupLink ? ['', 'Make the first administrator (this link works once):', setupLink] : [];
  say(`Latchkey is running at ${latchkey.origin}`, ...first, '', 'Ctrl-C stops it.');
} catch (error) {
  console.error(`\n${error.message}`);
  process.exit(1);
}
