/** Text fields only, without React's own; a file is never expected. */
export const textFields = (form: FormData) =>
  [...form].filter((entry): entry is [string, string] => typeof entry[1] === 'string' && !entry[0].startsWith('$'));

/** What may be displayableFields again in a refused form: never a secret, which is called `password`, `code` or `user_code`. */
export const displayableFields = (form: FormData) =>
  Object.fromEntries(textFields(form).filter(([name]) => !/password|(?<![a-z])(code|token)/i.test(name)));

/** What forms carry by themselves: in fields that nobody sees, and on their buttons. */
export const CARRIED = [
  'again',
  'decision',
  'disabled',
  'id',
  'logo',
  'query',
  'return_to',
  'role',
  'shown_as',
  'theme',
  'uid',
  'userId',
  'username',
];

/** What somebody typed into a form, of what may be displayableFields. */
export const typedInto = (form: FormData) =>
  Object.fromEntries(Object.entries(displayableFields(form)).filter(([name]) => !CARRIED.includes(name)));
