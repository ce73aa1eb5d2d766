import { SoftwareAuthenticator } from '@/tests/helpers/authenticator';

/** Somebody with an account on one side: a device that holds the passkey, and a browser with its cookies. */
export type Person = {
  name: string;
  email: string;
  authenticator: SoftwareAuthenticator;
  cookies: Map<string, string>;
  /** What an app holds of theirs. */
  refreshToken?: string | undefined;
};

/** As many on every side, and always in the same order; so many that 32 at a time are 32 people. */
export const newPeople = (origin: string): Person[] =>
  Array.from({ length: 64 }, (_, n) => ({
    name: `Person ${n}`,
    email: `person${n}@example.com`,
    authenticator: new SoftwareAuthenticator(origin),
    cookies: new Map(),
  }));
