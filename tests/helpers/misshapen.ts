/** What is wrong, where in the body, and what stands there instead; `undefined` leaves the member out. */
type Row = [what: string, path: string, value: unknown];

const notText: [string, unknown][] = [
  ['missing', undefined],
  ['a number', 7],
  ['null', null],
  ['empty', ''],
  ['a list', ['YQ']],
  ['padded', 'YQ=='],
  ['of the other alphabet', 'a+/b'],
  ['of an impossible length', 'aaaaa'],
  ['with a space', 'YWJj YWJj'],
];

/** The cases of the FIDO conformance tests' first group (requirements, Annex 2) for an answer with these members. */
export const misshapen = (...members: string[]): Row[] => [
  ['no object', '', 'text'],
  ['a list', '', []],
  ['nothing', '', {}],
  ['challengeId: missing', 'challengeId', undefined],
  ['challengeId: no UUID', 'challengeId', 'challenge'],
  ['challengeId: a list', 'challengeId', ['00000000-0000-4000-8000-000000000000']],
  ['credential: missing', 'credential', undefined],
  ['credential: text', 'credential', '{}'],
  ['id that is not the rawId', 'credential.id', 'YWJj'],
  ...notText.map(([what, value]): Row => [`id: ${what}`, 'credential.id', value]),
  ...notText.map(([what, value]): Row => [`rawId: ${what}`, 'credential.rawId', value]),
  ...notText.map(([what, value]): Row => [`id and rawId: ${what}`, 'credential.id credential.rawId', value]),
  ['type: missing', 'credential.type', undefined],
  ['type: a number', 'credential.type', 1],
  ['type: empty', 'credential.type', ''],
  ['type: another', 'credential.type', 'password'],
  ['response: missing', 'credential.response', undefined],
  ['response: text', 'credential.response', 'text'],
  ['response: empty', 'credential.response', {}],
  ...members.flatMap((name) =>
    notText.map(([what, value]): Row => [`${name}: ${what}`, `credential.response.${name}`, value]),
  ),
  ['clientDataJSON of more than 8 KB', 'credential.response.clientDataJSON', 'a'.repeat(10_924)],
];

/** A copy of the body with this value in these places, named by their paths with spaces between. */
export function misshape(body: object, paths: string, value: unknown) {
  if (paths === '') return value;
  const copy = structuredClone(body);
  for (const path of paths.split(' ')) {
    const names = path.split('.');
    const holder = names.slice(0, -1).reduce((at: Record<string, unknown>, name) => at[name] as never, copy as never);
    if (value === undefined) delete holder[names.at(-1)!];
    else holder[names.at(-1)!] = value;
  }
  return copy;
}
