/** Text fields only, without React's own; a file is never expected. */
export const textFields = (form: FormData) =>
  [...form].filter((entry): entry is [string, string] => typeof entry[1] === 'string' && !entry[0].startsWith('$'));

/** What may be shown again in a refused form: never a secret, which is called `password`, `code` or `user_code`. */
export const shown = (form: FormData) =>
  Object.fromEntries(textFields(form).filter(([name]) => !/password|(?<![a-z])(code|token)/i.test(name)));
