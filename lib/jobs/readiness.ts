import { databaseState } from '@/db/migrate';
import { publishedKids, readJwks } from '@/lib/signing-keys';

// The fingerprint of the keys that were opened last: while it is unchanged, they need not be read again.
let opened: string | undefined;

/**
 * `ready` where the database is writable, has every migration of this build and keys that open, else the reason, with the
 * name of the first missing migration. Never throws.
 */
export async function readiness() {
  try {
    const { missing, keys } = await databaseState();
    const [first, ...others] = missing;
    if (first) return `not ready: migration ${first} is missing${others.length ? `, and ${others.length} more` : ''}`;
    if (keys && keys === opened) return 'ready';
    if ((await readJwks(await publishedKids())).length === 0) return 'not ready';
    opened = keys;
    return 'ready';
  } catch {
    return 'not ready';
  }
}
