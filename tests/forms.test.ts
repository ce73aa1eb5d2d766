import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { CARRIED, typedInto } from '@/lib/http/form-data';
import { elsewhere, walks, withoutAction } from './e2e/forms';
import { carriedNames, formsOf, pastThePlace } from './form-rules';

const root = resolve('.');

test('actions, forms and redirects go by the one place that each has', () => {
  expect(pastThePlace(root)).toEqual([]);
});

test('every form of every page is sent by a browser test, and each of those is there', () => {
  const forms = formsOf(root);
  const walked = Object.values(walks).flatMap((walk) => walk.map(({ action }) => action));
  expect([...new Set([...walked, ...Object.keys(elsewhere)])].toSorted()).toEqual(forms.actions.toSorted());
  expect(Object.keys(withoutAction).toSorted()).toEqual(forms.withoutAction.toSorted());
  const specs = [...Object.values(elsewhere), ...Object.values(withoutAction)];
  expect(specs.filter((spec) => !existsSync(`tests/e2e/${spec}`))).toEqual([]);
});

test('what forms carry by themselves is not shown as what was typed', () => {
  const form = new FormData();
  for (const name of [...carriedNames(root), 'name']) form.set(name, 'x');
  expect(typedInto(form)).toEqual({ name: 'x' });
  expect(CARRIED.filter((name) => !carriedNames(root).includes(name))).toEqual([]);
});

/** A repository of these files in a temporary folder. */
function plant(files: Record<string, string>) {
  const planted = mkdtempSync(join(tmpdir(), 'latchkey-planted-'));
  onTestFinished(() => rmSync(planted, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(planted, path)), { recursive: true });
    writeFileSync(join(planted, path), text);
  }
  return planted;
}

test('the rule fires for what goes past the one place', () => {
  const planted = plant({
    'components/a.tsx': `const [state, send] = useActionState(action, {});`,
    'components/b.tsx': `<form\n  className="x"\n  action={send}>`,
    'components/c.tsx': `<form action="/device">`,
    'app/d.ts': `import { notFound, redirect } from 'next/navigation';`,
    'app/e.ts': `import { notFound } from 'next/navigation';`,
  });
  expect(pastThePlace(planted).toSorted()).toEqual([
    'app/d.ts redirects past seeOther',
    'components/a.tsx sends an action past useAction',
    'components/b.tsx sends an action past Form',
  ]);
});

test('a form that the table does not know is found', () => {
  const planted = plant({
    'app/actions.ts': `'use server';\nexport const signOut = 1;`,
    'app/(sign-in)/device/actions.ts': `'use server';\nconst input = 1;\nexport const answer = 1;`,
    'app/(sign-in)/device/page.tsx': `<form action="/device">`,
  });
  const forms = formsOf(planted);
  expect(forms.actions.toSorted()).toEqual(['#signOut', 'device#answer']);
  expect(forms.withoutAction).toEqual(['app/(sign-in)/device/page.tsx']);
});

test('what a form carries by itself is found, and nothing that is also typed', () => {
  const planted = plant({
    'app/page.tsx': `const hidden: Record<string, string> = to ? { to } : {};\n<ActionForm hidden={{ ...data, uid, email, step: 'a' }} />`,
    'components/a.tsx': `<input type="hidden" name="shown" value={id} />\n<input type="text" name="user" readOnly hidden />`,
    'components/b.tsx': `<Field label="E-mail" name="email" />\n<SubmitButton name="decision" value="deny">`,
  });
  expect(carriedNames(planted)).toEqual(['decision', 'shown', 'step', 'to', 'uid', 'user']);
});
