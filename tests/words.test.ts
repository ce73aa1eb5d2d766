import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const screens = globSync(['app/**/*.tsx', 'components/**/*.tsx'], {
  exclude: (file) => /\.test\.tsx?$/.test(file),
}).map((file) => ({ file, text: readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '') }));

test('E7: no screen speaks of FIDO2, WebAuthn or resident keys', () => {
  const words = /\bFIDO2?\b|\bWebAuthn\b|\b(resident|discoverable) (key|credential)s?\b/;
  expect(screens.length).toBeGreaterThan(100);
  expect(screens.filter(({ text }) => words.test(text)).map(({ file }) => file)).toEqual([]);
});

test('MA2: every field for what a browser can fill in says so', () => {
  const tokens = (pattern: RegExp) =>
    screens.flatMap(({ file, text }) =>
      [...text.matchAll(pattern)].map(({ index, 0: found }) => {
        const around = text.slice(Math.max(0, index - 300), index + found.length + 300);
        const all = [...around.matchAll(/autoComplete(?::|=)\s*['"]([^'"]+)['"]/g)].map(([, token]) => token!);
        return { file, all };
      }),
    );
  const lacks = (pattern: RegExp, wanted: RegExp) =>
    tokens(pattern).filter(({ all }) => !all.some((token) => wanted.test(token)));
  const password = /type: 'password'|<PasswordField\n/g;
  expect(tokens(password).length).toBeGreaterThan(1);
  expect(lacks(password, /^(current|new)-password$/)).toEqual([]);
  const address = /type(?::|=)\s*['"]email['"]/g;
  expect(tokens(address).length).toBeGreaterThan(3);
  // `LineForm` turns filling in off for all its fields: they are about somebody else.
  const others = ({ file }: { file: string }) => file !== 'app/(admin)/admin/groups/group-card.tsx';
  expect(lacks(address, /^(email|username( webauthn)?|off)$/).filter(others)).toEqual([]);
  const code = /inputMode(?::|=)\s*['"]numeric['"]/g;
  expect(tokens(code).length).toBeGreaterThan(1);
  expect(lacks(code, /^one-time-code$/)).toEqual([]);
});

test('MA1: nothing keeps anybody from pasting', () => {
  expect(screens.filter(({ text }) => /onPaste|onBeforeInput/.test(text)).map(({ file }) => file)).toEqual([]);
});
