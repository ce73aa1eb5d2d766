import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';

/** Which layer may import which, and which folders or files alone may know a package. */
export type Rules = {
  mayImport: Record<string, string[]>;
  onlyIn: Record<string, string[]>;
  doors: Record<string, string[]>;
  /** Groups of routes in `app` are rooms: which others each may import from; what they share stands beside them. */
  rooms: Record<string, string[]>;
};

const roots = ['app', 'components', 'db', 'extensions', 'lib', 'middleware.ts', 'instrumentation.ts'];
const within = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);
const withoutExtension = (file: string) => file.replace(/\.tsx?$/, '');

/** Every import against the table, past another folder's door, or of a package that belongs to somebody else. */
export function layerViolations(root: string, rules: Rules) {
  return sourceFiles(root).flatMap((file) =>
    importsOf(root, file)
      .filter((specifier) => !isAllowed(file, specifier, rules))
      .map((specifier) => `${file} imports ${specifier}`),
  );
}

function isAllowed(file: string, specifier: string, { mayImport, onlyIn, doors, rooms }: Rules) {
  const target = targetOf(file, specifier);
  if (!target) {
    const owners = Object.entries(onlyIn).find(([name]) => within(specifier, name))?.[1];
    return !owners || owners.some((owner) => within(file, owner) || basename(file) === owner);
  }
  const [room, from = ''] = [roomOf(target), roomOf(file)];
  if (room && room !== from && !rooms[from]?.includes(room)) return false;
  const layer = layerOf(file, Object.keys(mayImport));
  if (!layer || within(target, layer)) return true;
  return mayImport[layer]?.some((folder) => within(target, folder)) && !isPastTheDoor(target, doors);
}

const layerOf = (file: string, layers: string[]) => layers.find((layer) => within(withoutExtension(file), layer));

/** The group of routes that a file of `app` belongs to, if any. */
const roomOf = (path: string) => /^app\/(\([^)]+\))\//.exec(path)?.[1];

/** The path inside the repository that an import means; nothing for a package. */
function targetOf(file: string, specifier: string) {
  if (specifier.startsWith('@/')) return specifier.slice(2);
  return specifier.startsWith('.') ? normalize(join(dirname(file), specifier)) : undefined;
}

/** A folder of `lib` is entered through its index, `db` through the doors that the rules name. */
function isPastTheDoor(target: string, doors: Record<string, string[]>) {
  const named = Object.entries(doors).find(([folder]) => within(target, folder));
  return named ? !named[1].includes(target) : /^lib\/[^/]+\/./.test(target);
}

/** What stands in `lib` without a line in the table. */
export function unknownLayers(root: string, { mayImport }: Rules) {
  return readdirSync(join(root, 'lib'))
    .filter((name) => !name.includes('.test.'))
    .map((name) => `lib/${withoutExtension(name)}`)
    .filter((layer) => !(layer in mayImport));
}

/** Circles of files that import each other, each named once by the import that closes it. */
export function cycles(root: string) {
  const state = new Map<string, 'open' | 'done'>();
  const circles: string[] = [];
  const visit = (file: string) => {
    state.set(file, 'open');
    for (const next of importsOf(root, file).flatMap((specifier) => resolved(root, file, specifier))) {
      if (state.get(next) === 'open') circles.push(`${file} closes a circle with ${next}`);
      if (!state.has(next)) visit(next);
    }
    state.set(file, 'done');
  };
  for (const file of sourceFiles(root)) if (!state.has(file)) visit(file);
  return circles;
}

function resolved(root: string, file: string, specifier: string) {
  const target = targetOf(file, specifier);
  const endings = ['', '.ts', '.tsx', '/index.ts'].map((ending) => `${target}${ending}`);
  return target ? endings.filter((path) => /\.tsx?$/.test(path) && existsSync(join(root, path))).slice(0, 1) : [];
}

/**
 * Pages behind a sign-in that do not ask for it themselves, nor by the access of the operation that they load: a layout is
 * not rendered again on navigation.
 */
export function unguardedPages(root: string) {
  const guards = { 'app/(account)': 'requireSession', 'app/(admin)': 'requireAdmin' };
  return Object.entries(guards).flatMap(([folder, guard]) =>
    sourceFiles(root)
      .filter((file) => within(file, folder) && basename(file) === 'page.tsx')
      .filter((file) => !new RegExp(`await (?:${guard}|loadPage)\\(`).test(readFileSync(join(root, file), 'utf8')))
      .map((file) => `${file} does not await ${guard}()`),
  );
}

/** Readers of the environment beside lib/config/index.ts; writing for a library is no reading, nor what Next.js makes a constant. */
export function environmentReaders(root: string) {
  return sourceFiles(root)
    .filter((file) => file !== 'lib/config/index.ts')
    .filter((file) =>
      /process\.env(?!\.(?:NODE_ENV|NEXT_RUNTIME)\b|\.\w+ = )/.test(readFileSync(join(root, file), 'utf8')),
    )
    .map((file) => `${file} reads process.env`);
}

/** Whoever writes into the audit beside `lib/audit`, which holds every event to its type. */
export const auditWriters = (root: string) =>
  sourceFiles(root)
    .filter((file) => !within(file, 'lib/audit'))
    .filter((file) =>
      /insert\(\s*auditEvents\b|insert into (\$\{auditEvents\}|"?audit_events)/i.test(
        readFileSync(join(root, file), 'utf8'),
      ),
    )
    .map((file) => `${file} writes into the audit`);

/** Whoever replaces a part of the OpenID Provider's engine beside the one file that says so. */
export const engineOverrides = (root: string) =>
  sourceFiles(root)
    .filter((file) => within(file, 'lib/oidc') && file !== 'lib/oidc/engine-overrides.ts')
    .filter((file) =>
      /\.prototype\.\w+ = |\b(Client|Session|Grant|Interaction|ReplayDetection|\w+Token|\w+Code)\.\w+ = (?!=)/.test(
        readFileSync(join(root, file), 'utf8'),
      ),
    )
    .map((file) => `${file} replaces a part of the engine`);

/** Ids that are taken as they were typed: in capitals they name the same row, and equal no id of ours. */
export const typedIds = (root: string) =>
  sourceFiles(root)
    .filter((file) => file !== 'lib/row-id.ts' && /\bz\.(uuid|guid)\w*\(/.test(readFileSync(join(root, file), 'utf8')))
    .map((file) => `${file} takes ids as they were typed`);

const endsSessions =
  /\bdelete\(\s*sessions\s*\)|\bdelete\s+from\s+(\$\{sessions\}|sessions\b)|purgeWhere\(\s*\w+,\s*sessions\b|typeof sessions\b(?!\.)/i;

/** Files beside the one whose callers write down that a session was ended. */
export const sessionEnders = (root: string) =>
  sourceFiles(root)
    .filter((file) => file !== 'lib/sessions/queries.ts' && endsSessions.test(readFileSync(join(root, file), 'utf8')))
    .map((file) => `${file} ends sessions`);

/** Operations that do not say themselves who may run them, so that a search for `access:` does not find them. */
export const unsaidAccess = (root: string) =>
  sourceFiles(root).flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/ (\w+) = operation\(\{\n((?:.*\n)*?)\}\);/g)]
      .filter(([, , declared]) => !/^ {2}access: '/m.test(declared!))
      .map(([, name]) => `${name} in ${file} has its access from elsewhere`),
  );

/** A word with dashes where a failure is named; a name with a colon behind it is a header, and a sentence is for whoever runs a command. */
const dashedFailure = /\b(?:fail\(|refuse\([^()\n]*?|problem\b(?:: | = )[^,;\n]*?)'([a-z]+(?:-[a-z]+)+)'(?!:)/g;
/** Where the reason of an audit event is named, a text that is no code; what a template takes in may be any. */
const wordedReason =
  /\breason\b(?:: | = )(?:[^,;\n'`(]|'\w*')*?(?:'(?![a-z0-9_]*')([^'\n]*)'|`(?!(?:[a-z0-9_]|\$\{[^}`]*\})*`)([^`\n]*)`)/g;

/** Failures that are spelled otherwise than the codes of the API: `snake_case`, one spelling everywhere. */
export const misspeltFailures = (root: string) =>
  sourceFiles(root)
    .filter((file) => file.startsWith('lib/'))
    .flatMap((file) => {
      const text = readFileSync(join(root, file), 'utf8');
      const found = [dashedFailure, wordedReason].flatMap((misspelt) => [...text.matchAll(misspelt)]);
      return found.map(([, word, template]) => `${file} fails with ${word ?? template}`);
    });

/** Files that hold too much: a route translates and no more, and nobody reads on after 250 lines. */
export function longFiles(root: string) {
  const others = ['tests', 'scripts', 'bench', 'examples'].flatMap((folder) => filesIn(root, folder));
  return [...filesIn(root, ...roots), ...others].flatMap((file) => {
    const lines = readFileSync(join(root, file), 'utf8').trimEnd().split('\n').length;
    const most = basename(file) === 'route.ts' ? 40 : 250;
    return lines > most ? [`${file} has ${lines} lines, more than ${most}`] : [];
  });
}

/** Every source file of the product, without its tests. */
export const sourceFiles = (root: string) => filesIn(root, ...roots).filter((file) => /(?<!\.test)\.tsx?$/.test(file));

function filesIn(root: string, ...paths: string[]): string[] {
  return paths.flatMap((path) => {
    if (!existsSync(join(root, path))) return [];
    if (/\.tsx?$/.test(path)) return [path];
    return readdirSync(join(root, path), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(tsx?|mjs|css)$/.test(entry.name))
      .map((entry) => normalize(join(entry.parentPath, entry.name)).slice(normalize(root).length + 1))
      .filter((file) => !file.includes('node_modules/'));
  });
}

// Statements that leave an import in the built program; a specifier list of nothing but types does not.
const staticImport = /^(?:import|export)\s+(?!type\b)([^'"`;]*\sfrom\s+)?['"]([^'"]+)['"]/gm;
const dynamicImport = /\b(?:import|require)\(\s*['"]([^'"]+)['"]/g;
const onlyTypes = /^\{(\s*type\s[^,}]+,?)+\s*\}\s+from\s+$/;

function importsOf(root: string, file: string) {
  const text = readFileSync(join(root, file), 'utf8');
  const statements = [...text.matchAll(staticImport)].filter(([, names]) => !names || !onlyTypes.test(names));
  return [
    ...statements.map((match) => match[2] ?? ''),
    ...[...text.matchAll(dynamicImport)].map((match) => match[1] ?? ''),
  ];
}
