/** What each scope and claim means to the person who lets an app have it. */
const words: Record<string, string> = {
  profile: 'Your name and user name, your language and time zone',
  name: 'Your name',
  given_name: 'Your name',
  family_name: 'Your name',
  preferred_username: 'Your user name',
  locale: 'Your language',
  zoneinfo: 'Your time zone',
  updated_at: 'When your profile last changed',
  email: 'Your e-mail address',
  email_verified: 'Whether your e-mail address is confirmed',
  groups: 'The groups that you are in',
  offline_access: 'To stay signed in while you are away',
};

/** Scopes and claims in words, each once; what has no words is named as it is. */
export const inWords = (names: string[]) => [
  ...new Set(names.filter((name) => name !== 'openid').map((name) => words[name] ?? name)),
];
