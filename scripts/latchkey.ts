#!/usr/bin/env node
// `npm run latchkey -- <command>`, in the image `latchkey <command>`: what is done by hand, at the machine.
import nextEnv from '@next/env';
import { Command, CommanderError } from 'commander';
import { closeDb, isUnavailable } from '@/db';
import { commands } from '@/lib/commands';
import { disableDelivery } from '@/lib/outbox';
import { maintenance } from './latchkey-maintenance';
import { addOperation } from './latchkey-operations';

const help = `
With the embedded database, stop the server first, because it belongs to one process at a time; or set LATCHKEY_API_KEY to
an API key, and groups, apps, users and the like are asked of the running server. --json prints what a program reads.
Exit codes: 0 done, 1 not done, 2 not understood.`;

const program = new Command('latchkey').exitOverride().showHelpAfterError('Say “latchkey help” for what there is.');
program.description('Administers Latchkey at the machine that it runs on.').addHelpText('after', help);
program.configureHelp({ sortSubcommands: false, showGlobalOptions: false });

/** What a command came to: the exit code, and what to print. */
let outcome: { code: number; text: string } | undefined;
const finish = (code: number, text: string) => {
  outcome = { code, text };
};

for (const { words, does, run } of maintenance)
  program
    .command(words)
    .description(does)
    .action(async (...values: unknown[]) => {
      const done = await run(...values.filter((value) => typeof value === 'string'));
      finish(done.ok ? 0 : 1, done.ok ? done.value : done.error);
    });
for (const [words, operation] of Object.entries(commands)) addOperation(program, words, operation, finish);

/** Does what the words say; the number is the exit code. */
async function obey(words: string[]) {
  try {
    await program.parseAsync(words, { from: 'user' });
    return print(outcome?.code ?? 0, outcome?.text);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
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
disableDelivery();
process.exitCode = await obey(process.argv.slice(2));
