import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const documents = globSync(['*.md', 'docs/**/*.md', 'bench/*.md', 'examples/*/*.md']);
const read = (file: string) => readFileSync(file, 'utf8').replace(/^```.*?^```/gms, '');

/** The anchors that GitHub gives to the headings of a document. */
const anchorsOf = (file: string) =>
  [...read(file).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

test('every link from one document to another leads somewhere', () => {
  const broken = documents.flatMap((file) =>
    [...read(file).matchAll(/\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].flatMap(([, path, anchor]) => {
      const target = path ? join(dirname(file), path) : file;
      const leads = existsSync(target) && (!anchor || anchorsOf(target).includes(anchor));
      return leads ? [] : [`${file}: ${path}${anchor ? `#${anchor}` : ''}`];
    }),
  );
  expect(documents.length).toBeGreaterThan(40);
  expect(broken).toEqual([]);
});

test('the table of decisions names every one, in their order', () => {
  const named = [...read('docs/architecture.md').matchAll(/^\| \[\d{4}\]\(decisions\/(.+?)\)/gm)].map(
    ([, file]) => file,
  );
  expect(named).toEqual(readdirSync('docs/decisions').sort());
});

/** What a document writes as code, outside of its blocks. */
const codeIn = (file: string) => [...read(file).matchAll(/`([^`\n]+)`/g)].map(([, code]) => code!);

test('every file that a document names is there', () => {
  const path = /^(app|components|db|docs|drizzle|examples|extensions|lib|messages|scripts|tests)\/[\w./()[\]-]+$/;
  const missing = documents.flatMap((file) =>
    codeIn(file)
      .filter((code) => path.test(code) && !code.includes('devices') && ![code, `${code}.ts`].some(existsSync))
      .map((code) => `${file}: ${code}`),
  );
  expect(missing).toEqual([]);
});

test('every function that the description of the architecture names is in the code', () => {
  const sources = globSync('{app,components,db,lib,scripts,tests}/**/*.{ts,tsx,mjs}').map((file) =>
    readFileSync(file, 'utf8'),
  );
  const names = new Set(codeIn('docs/architecture.md').filter((code) => /^[a-z]+[A-Z]\w*$/.test(code)));
  expect(names.size).toBeGreaterThan(10);
  expect([...names].filter((name) => !sources.some((text) => text.includes(name)))).toEqual([]);
});

test('I13, N9: the workflow calls the same command as everybody, asks for advisories and lists the packages', () => {
  const workflows = globSync('.github/workflows/*.yml').map((file) => readFileSync(file, 'utf8'));
  const actions = workflows.flatMap((text) => [...text.matchAll(/uses: (.+)/g)].map(([, action]) => action!));
  for (const command of ['npm test\n', 'npm audit --omit=dev', 'npm sbom ']) {
    expect(
      workflows.some((text) => text.includes(`run: ${command}`)),
      command,
    ).toBe(true);
  }
  const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
    expect(version, name).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
  }
  expect(
    actions.filter((action) => !/^[\w-]+\/[\w/-]+@(v\d+\.\d+\.\d+|[0-9a-f]{40}( # v[\d.]+)?)$/.test(action)),
  ).toEqual([]);
});
