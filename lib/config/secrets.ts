/**
 * The secrets of `APP_SECRET`: separated by commas or lines, `\,` for a comma that belongs to one. The first one seals,
 * all of them open. The text as a whole is the last, because it was one secret before there were lists.
 */
export function secretsIn(text: string) {
  const parts = partsOf(text);
  return [...new Set([...parts, text])];
}

const partsOf = (text: string) =>
  text
    .split(/(?<!\\),|\r?\n/)
    .map((part) => part.trim().replaceAll('\\,', ','))
    .filter(Boolean);

/** What is wrong with a list of secrets, without a word of them. */
export function weaknessOf(text: string) {
  const parts = partsOf(text);
  const which = (index: number) => (parts.length > 1 ? ` in secret ${index + 1} of ${parts.length}` : '');
  const hint = parts.length > 1 ? '; a comma separates secrets, write \\, for one that is part of a secret' : '';
  const short = parts.findIndex((part) => part.length < 32);
  if (parts.length === 0 || short >= 0) return `must have at least 32 characters${which(short)}${hint}`;
  const weak = parts.findIndex((part) => new Set(part).size < 8);
  if (weak >= 0) return `is not random${which(weak)}: use openssl rand -base64 48`;
  return undefined;
}
