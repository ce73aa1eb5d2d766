import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makePrivate } from '@/lib/private-files';
import { refuse } from './refusal';
import { secretsIn, weaknessOf } from './secrets';

/** The settings that a file can hold. */
export const fileBacked = ['APP_SECRET', 'DATABASE_URL', 'SMTP_URL', 'METRICS_TOKEN', 'CRON_SECRET'];

/** `NAME_FILE` holds the path of a file with the value of `NAME`, as container platforms hand over secrets. */
export function withFiles(environment: Record<string, string | undefined>) {
  const variables = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const problems: string[] = [];
  const unread: string[] = [];
  for (const name of fileBacked) {
    const path = variables[`${name}_FILE`];
    if (path && variables[name]) problems.push(`${name} and ${name}_FILE are both set: keep one`);
    else if (path) {
      try {
        variables[name] = readFileSync(path, 'utf8').trim();
      } catch (error) {
        unread.push(name);
        problems.push(`${name}_FILE ${path} cannot be read (${(error as NodeJS.ErrnoException).code})`);
      }
    }
  }
  return { variables, problems, unread };
}

/** On localhost the secret is made once and kept beside the embedded database, readable by its owner only. */
export function localSecrets(dataDir: string) {
  const made = randomBytes(48).toString('base64');
  if (dataDir.startsWith('memory:')) return [made];
  const path = join(dataDir, 'app-secret');
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  try {
    writeFileSync(path, made, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  if (!makePrivate(path)) {
    const who = process.getuid?.();
    throw refuse([`everybody on this machine may read ${path}, and it belongs to another user: chown ${who} ${path}`]);
  }
  const secret = readFileSync(path, 'utf8').trim();
  const weakness = weaknessOf(secret);
  if (weakness)
    throw refuse([`the secret in ${path} ${weakness}: restore the file, or delete it and lose what it seals`]);
  return secretsIn(secret);
}
