import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sourceFiles } from './architecture-rules';

/** What there is one place for each: an action that is sent, the form that sends it, and a redirect that is no 307. */
const places = [
  {
    what: 'sends an action past useAction',
    sign: /\buseActionState\b|\bformAction=/,
    place: 'components/ui/use-action.ts',
  },
  { what: 'sends an action past Form', sign: /<form\b[^>]*\saction=\{/, place: 'components/ui/form.tsx' },
  {
    what: 'redirects past seeOther',
    sign: /\b(?:redirect|permanentRedirect)\b[^;]*\sfrom 'next\/navigation'/,
    place: 'lib/see-other.ts',
  },
];

/** What is done elsewhere than in the one place for it. */
export function pastThePlace(root: string) {
  return sourceFiles(root).flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    const broken = places.filter(({ sign, place }) => file !== place && sign.test(text));
    return broken.map(({ what }) => `${file} ${what}`);
  });
}

/** Every form of every page of ours, not those of extensions: the actions by their folder and name, and the files of forms that no action answers. */
export function formsOf(root: string) {
  const files = sourceFiles(root).map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));
  const actions = files
    .filter(({ text }) => text.startsWith(`'use server';`) && !text.includes(` from '@/extensions/`))
    .flatMap(({ file, text }) =>
      [...text.matchAll(/^export (?:const|async function) (\w+)/gm)].map(([, name]) => `${pathOf(file)}#${name}`),
    );
  const ours = files.filter(({ file, text }) => file !== 'components/ui/form.tsx' && /<(?:form|GetForm)\b/.test(text));
  return { actions, withoutAction: ours.map(({ file }) => file) };
}

/** The address below which a file of `app` is, without groups of folders. */
const pathOf = (file: string) =>
  dirname(file)
    .split('/')
    .slice(1)
    .filter((folder) => !folder.startsWith('('))
    .join('/');

/** The names that forms carry by themselves, and not also as a field to type into. */
export function carriedNames(root: string) {
  const text = sourceFiles(root)
    .filter((file) => file.endsWith('.tsx'))
    .map((file) => readFileSync(join(root, file), 'utf8'))
    .join('\n');
  const named = [...text.matchAll(/<(\w+)\b[^<>]*?\sname="(\w+)"[^<>]*/g)];
  const isCarried = ([tag = '', element = '']: string[]) =>
    /^(button|SubmitButton)$/.test(element) || /\stype="hidden"|\shidden(?=\s)/.test(tag);
  const names = [...text.matchAll(/\shidden(?:={|: Record<string, string> = [^;{]*)({[^{}]*})/g)];
  const carried = names.flatMap(([, fields = '']) => [...fields.matchAll(/[{,] (\w+)/g)].map(([, name = '']) => name));
  carried.push(...named.filter(isCarried).map(([, , name = '']) => name));
  const typed = named.filter((tag) => !isCarried(tag)).map(([, , name]) => name);
  return [...new Set(carried)].filter((name) => !typed.includes(name)).toSorted();
}
