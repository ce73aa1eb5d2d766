import { writeFile } from 'node:fs/promises';
import { exportEmbedded } from '@/db/export';
import { migrate } from '@/db/migrate';
import { config } from '@/lib/config';
import { breakGlass } from '@/lib/recovery';
import { issueSetupLink } from '@/lib/registration-links';
import { fail, ok, type Result } from '@/lib/result';
import { reseal, steadyKeys } from '@/lib/vault';

/** A command that is no operation: what only the owner of the machine does, on the database itself. */
type Maintenance = {
  words: string;
  does: string;
  /** Answers what to print, or why not. */
  run: (...values: string[]) => Promise<Result<string, string>>;
};

/** Brings the database up to date before anything is done with it; throws `FolderInUse` while a server has it. */
export async function prepareDatabase() {
  await migrate();
  await steadyKeys();
}

const commands: Maintenance[] = [
  {
    words: 'migrate',
    does: 'Brings the database up to date, which the server also does when it starts, and prints its setup link.',
    run: async () => {
      const link = await issueSetupLink();
      return ok(`The database is up to date.${link ? `\nsetup link: ${link}` : ''}`);
    },
  },
  {
    words: 'recover <address>',
    does: 'Prints a link that opens the account of an address, once, and without a second factor.',
    run: breakGlass,
  },
  {
    words: 'reseal',
    does: 'Seals with the first secret of APP_SECRET what another one of the list sealed, and says how much.',
    run: async () => {
      const { resealed, unopened } = await reseal();
      const done = `${resealed} sealed with the first secret of APP_SECRET.`;
      if (unopened === 0) return ok(`${done} Nothing is left that another secret sealed.`);
      return fail(`${done} ${unopened} left as they are, because no secret of the list opens them.`);
    },
  },
  {
    words: 'export-database <file>',
    does: 'Writes the embedded database into a file that psql restores into an empty Postgres.',
    run: async (file) => {
      if (config.databaseUrl) return fail('This database is on a Postgres server: pg_dump exports it.');
      try {
        await writeFile(file!, await exportEmbedded(), { flag: 'wx', mode: 0o600 });
      } catch (error) {
        const { code, syscall } = error as NodeJS.ErrnoException;
        if (!syscall) throw error;
        return fail(`${file} cannot be written (${code}).`);
      }
      return ok(`${file} has everything, sealed as in the database: the new one opens it with the same APP_SECRET.`);
    },
  },
];

export const maintenance = commands.map(({ run, ...command }) => ({
  ...command,
  run: async (...values: string[]) => {
    await prepareDatabase();
    return run(...values);
  },
}));
