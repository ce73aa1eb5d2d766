import { SoftwareAuthenticator } from '@/tests/helpers/authenticator';

/** Somebody with an account on one side: a device that holds the passkey, and a browser with its cookies. */
export type Person = {
  name: string;
  email: string;
  authenticator: SoftwareAuthenticator;
  cookies: Map<string, string>;
};

/** As many on both sides, and always in the same order. */
export const newPeople = (origin: string): Person[] =>
  Array.from({ length: 20 }, (_, n) => ({
    name: `Person ${n}`,
    email: `person${n}@example.com`,
    authenticator: new SoftwareAuthenticator(origin),
    cookies: new Map(),
  }));
