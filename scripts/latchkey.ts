#!/usr/bin/env node
// `npm run latchkey -- <command>`, in the image `latchkey <command>`: what is done by hand, at the machine.
import { writeFile } from 'node:fs/promises';
import nextEnv from '@next/env';
import { closeDb, isUnavailable } from '@/db';
import { exportEmbedded } from '@/db/export';
import { migrate } from '@/db/migrate';
import { config } from '@/lib/config';
import { breakGlass } from '@/lib/recovery';
import { issueSetupLink } from '@/lib/registration-links';
import { fail, ok, type Result } from '@/lib/result';
import { reseal, steadyKeys } from '@/lib/vault';

type Command = {
  /** What must follow its name, and what it does, in one sentence. */
  takes: string[];
  does: string;
  /** Runs on a database that is up to date; answers what to print, or why not. */
  run: (...values: string[]) => Promise<Result<string, string>>;
};

const commands: Record<string, Command> = {
  migrate: {
    takes: [],
    does: 'Brings the database up to date, which the server also does when it starts, and prints its setup link.',
    run: async () => {
      const link = await issueSetupLink();
      return ok(`The database is up to date.${link ? `\nsetup link: ${link}` : ''}`);
    },
  },
  reseal: {
    takes: [],
    does: 'Seals with the first secret of APP_SECRET what another one of the list sealed, and says how much.',
    run: async () => {
      const { resealed, unopened } = await reseal();
      const done = `${resealed} sealed with the first secret of APP_SECRET.`;
      if (unopened === 0) return ok(`${done} Nothing is left that another secret sealed.`);
      return fail(`${done} ${unopened} left as they are, because no secret of the list opens them.`);
    },
  },
  'export-database': {
    takes: ['<file>'],
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
  recover: {
    takes: ['<address>'],
    does: 'Prints a link that opens the account of an address, once, and without a second factor.',
    run: breakGlass,
  },
};

const lines = Object.entries(commands).map(([name, { takes, does }]) => ({ call: [name, ...takes].join(' '), does }));
const width = Math.max(...lines.map(({ call }) => call.length));
const usage = `Usage: latchkey <command>

${lines.map(({ call, does }) => `  ${call.padEnd(width)}  ${does}`).join('\n')}

With the embedded database, stop the server first: it belongs to one process at a time.`;

/** Does what the words say; the number is the exit code: 0 done, 1 not done, 2 not understood. */
async function obey([name = '', ...given]: string[]) {
  if (['help', '--help', '-h'].includes(name)) return print(0, usage);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command?.takes.length !== given.length) return print(2, usage);
  try {
    await migrate();
    await steadyKeys();
    const outcome = await command.run(...given);
    return outcome.ok ? print(0, outcome.value) : print(1, outcome.error);
  } catch (error) {
    return print(1, reason(error));
  } finally {
    await closeDb();
  }
}

function print(code: number, text = '') {
  (code === 0 ? process.stdout : process.stderr).write(`${text}\n`);
  return code;
}

/** A sentence for what the operator can mend; a stack for a bug. */
function reason(error: unknown) {
  if (!(error instanceof Error)) return String(error);
  if (isUnavailable(error)) return `The database does not answer: ${error.message}`;
  return ['ConfigError', 'FolderInUse', 'NoEmbedded'].includes(error.name) ? error.message : error.stack;
}

nextEnv.loadEnvConfig(process.cwd(), false, { info: () => undefined, error: console.error });
// What a command has to say it prints; the records of the service do not belong there.
process.env.LOG_LEVEL = 'warn';
process.exitCode = await obey(process.argv.slice(2));
