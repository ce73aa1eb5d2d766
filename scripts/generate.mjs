// `npm run db:generate -- --name what-it-does`: writes the next migration from what changed in `db/schema`.
// `npm run db:generate -- --extension devices --name what-it-does`: the same for `extensions/devices/schema.ts`.
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { nodeBinary, root, tool } from './prepare.mjs';

const args = process.argv.slice(2);
const at = args.indexOf('--extension');
const extension = at === -1 ? undefined : args.splice(at, 2)[1];
const where = extension
  ? `--dialect=postgresql --casing=snake_case --schema=extensions/${extension}/schema.ts --out=extensions/${extension}/migrations`.split(
      ' ',
    )
  : [];

const { status } = spawnSync(nodeBinary(), [tool('drizzle-kit'), 'generate', ...where, ...args], {
  cwd: root,
  stdio: 'inherit',
});

// drizzle-kit writes the schema into foreign keys; ours may be any, which the connection's search_path names.
for (const file of globSync(['drizzle/*.sql', 'extensions/*/migrations/*.sql'], { cwd: root })) {
  const written = readFileSync(`${root}/${file}`, 'utf8');
  const portable = written.replaceAll('"public".', '');
  if (portable !== written) writeFileSync(`${root}/${file}`, portable);
}
process.exitCode = status ?? 1;
