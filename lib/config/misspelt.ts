import { fileBacked } from './files';
import { schema } from './settings';

const letters = (name: string) => name.toUpperCase().replaceAll(/[^A-Z]/g, '');

/** Whether two names differ by one letter that is added, missing, wrong or swapped with its neighbour. */
function isNear(one: string, other: string) {
  let [a, b] = [one, other];
  while (a && a[0] === b[0]) [a, b] = [a.slice(1), b.slice(1)];
  while (a && a.at(-1) === b.at(-1)) [a, b] = [a.slice(0, -1), b.slice(0, -1)];
  const swapped = a.length === 2 && b.length === 2 && a[0] === b[1] && a[1] === b[0];
  return swapped || Math.max(a.length, b.length) <= 1;
}

/** A sentence for every name that looks like a setting of ours and is none; never with its value. */
export function misspeltNames(names: string[]) {
  const known = [...Object.keys(schema.shape), ...fileBacked.map((name) => `${name}_FILE`)];
  const unknown = names.filter((name) => !known.includes(name));
  return unknown.flatMap((name) => {
    const meant = known.find((one) => letters(one).length > 5 && isNear(letters(name), letters(one)));
    if (meant) return [`${name} is not a setting: is ${meant} meant?`];
    return name.startsWith('WEBAUTHN_') ? [`${name} is not a setting, and changes nothing`] : [];
  });
}
