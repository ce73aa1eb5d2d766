type Way = {
  /** As it is called in a sentence that begins with "with". */
  name: string;
  /** How a session remembers it: the values of RFC 8176, but `mail` and `cli`, which are ours. */
  amr: readonly [string, ...string[]];
  /** Whether somebody has it and can sign in with it again; a link replaces what was lost, and is used once. */
  isCounted: boolean;
  /** What confirming with it in a session is enough for: also for administrators' changes, for those with a code only, or never. */
  stepsUp: 'strong' | 'strong-with-code' | false;
};

/** Every way in, that is every first factor of a sign-in. What has to know them asks this list, or is typed by its names. */
export const waysIn = {
  passkey: { name: 'a passkey', amr: ['hwk', 'swk'], isCounted: true, stepsUp: 'strong' },
  password: { name: 'the password', amr: ['pwd'], isCounted: true, stepsUp: 'strong-with-code' },
  'mail-link': { name: 'a recovery link', amr: ['mail'], isCounted: false, stepsUp: false },
  'server-link': { name: 'a link from the server', amr: ['cli'], isCounted: false, stepsUp: false },
} as const satisfies Record<string, Way>;

export type WayIn = keyof typeof waysIn;
type NamesWhere<Trait> = { [W in WayIn]: (typeof waysIn)[W] extends Trait ? W : never }[WayIn];

/** The ways in that somebody has, of which the last one stays. */
export type CountedWayIn = NamesWhere<{ isCounted: true }>;
/** The ways in that confirm inside a session who is there. */
export type StepUpWay = NamesWhere<{ stepsUp: string }>;

/** The way in by which a session began, or was confirmed, from its `amr`. */
export const wayInOf = (amr: readonly string[]) =>
  (Object.keys(waysIn) as WayIn[]).find((way) => waysIn[way].amr.some((value) => amr.includes(value)));

/** How a session began, in words. */
export const describeSignIn = (amr: readonly string[]) =>
  `with ${waysIn[wayInOf(amr) ?? 'passkey'].name}${amr.includes('otp') ? ' and a code' : ''}`;
