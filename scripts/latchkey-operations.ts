import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { camel, kebab, optionsOf, printed, type Refused, runHere, runThroughApi } from '@/lib/commands';
import { doneMessage } from '@/lib/messages';
import { type AnyOperation, parseInput } from '@/lib/operation';
import { fail, ok, type Result } from '@/lib/result';
import { prepareDatabase } from './latchkey-maintenance';

type Finish = (code: number, text: string) => void;

const nouns: Record<string, string> = {
  groups: 'Groups of people, and who is in them.',
  clients: 'Apps that sign people in.',
  settings: 'What holds for everybody.',
  'signing-keys': 'The keys that sign tokens.',
  'api-keys': 'The keys of programs.',
  users: 'People who have an account.',
  audit: 'What has happened.',
};

/** Adds an operation as a subcommand: its words as `groups rename <id> <name>`, the rest of its input as options. */
export function addOperation(program: Command, words: string, operation: AnyOperation, finish: Finish) {
  const [noun = '', ...rest] = words.split(' ');
  const group =
    program.commands.find((command) => command.name() === noun) ?? program.command(noun).description(nouns[noun] ?? '');
  const names = rest.slice(1).map((word) => camel(word.slice(1, -1)));
  const options = optionsOf(operation.input, names);
  const command = group.command(rest.join(' ')).description(operation.summary);
  for (const { flags, description } of Object.values(options))
    for (const flag of flags) command.option(flag, flag.startsWith('--no-') ? '' : description);
  command.option(
    '--input <file>',
    'takes fields from a file of JSON (- reads the standard input); options and words win over it',
  );
  command.option('--json', 'prints the answer as JSON');
  command.action(async (...values: unknown[]) => {
    const chosen = command.opts<Record<string, unknown>>();
    const fields = Object.entries(options).flatMap(([name, { decode }]) =>
      chosen[name] === undefined ? [] : [[name, decode(chosen[name])] as const],
    );
    const given = names.map((name, index) => [name, values[index]] as const);
    const file = fileOf(chosen.input);
    const sent = { ...(file.ok && file.value), ...Object.fromEntries([...fields, ...given]) };
    const outcome = file.ok ? await run(operation, sent) : file;
    if (outcome.ok)
      return finish(0, chosen.json ? JSON.stringify(outcome.value, null, 2) : inWords(operation, sent, outcome.value));
    const { code, message, field } = outcome.error;
    const about = field && names.includes(field) ? `<${kebab(field)}>: ` : field ? `--${kebab(field)}: ` : '';
    finish(
      code === 'invalid_request' ? 2 : 1,
      chosen.json ? JSON.stringify({ error: outcome.error }) : about + message,
    );
  });
}

/** On the database; where a running server has it, through its API. */
async function run(operation: AnyOperation, sent: Record<string, unknown>): Promise<Result<object, Refused>> {
  try {
    await prepareDatabase();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'FolderInUse') throw error;
    const key = process.env.LATCHKEY_API_KEY;
    const message = `${error.message} Or set LATCHKEY_API_KEY to an API key, to ask the running server.`;
    if (!key) return fail({ code: 'database_in_use', message });
    process.stderr.write('The server is running, so its API is asked.\n');
    return await runThroughApi(operation, sent, key);
  }
  return runHere(operation, sent);
}

/** The fields in a file of JSON, which an operation takes, or why there are none. */
function fileOf(file: unknown): Result<object, Refused> {
  if (typeof file !== 'string') return ok({});
  const unread = (why: string) => fail({ code: 'invalid_request', message: `${why} in ${file}.`, field: 'input' });
  try {
    const fields: unknown = JSON.parse(readFileSync(file === '-' ? 0 : file, 'utf8'));
    return typeof fields === 'object' && fields && !Array.isArray(fields)
      ? ok(fields)
      : unread('There is no JSON object');
  } catch (error) {
    return unread(error instanceof SyntaxError ? 'There is no JSON' : 'Nothing can be read');
  }
}

/** What came of it: what was answered, or the sentence that a form would show. */
function inWords(operation: AnyOperation, sent: object, answer: object) {
  const text = printed(answer as Record<string, unknown>);
  const input = parseInput(operation, sent);
  return text || doneMessage(operation.name, input.ok ? (input.value as object) : sent, answer) || 'Done.';
}
