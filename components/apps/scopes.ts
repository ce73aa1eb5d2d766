/** What each scope and claim means to the person who lets an app have it. */
const words: Record<string, string> = {
  profile: 'Your name',
  name: 'Your name',
  email: 'Your e-mail address',
  email_verified: 'Whether your e-mail address is confirmed',
  groups: 'The groups that you are in',
  offline_access: 'To stay signed in while you are away',
};

/** Scopes and claims in words, each once; what has no words is named as it is. */
export const inWords = (names: string[]) => [
  ...new Set(names.filter((name) => name !== 'openid').map((name) => words[name] ?? name)),
];
