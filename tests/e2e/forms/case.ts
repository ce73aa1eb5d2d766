/** What the forms of a walk are sent with. */
export type World = {
  mark: string;
  name: string;
  email: string;
  password: string;
  /** Somebody else, whom an administrator has to do with. */
  guest: { name: string; email: string; page: string };
  clientPage: () => Promise<string>;
  emailLink: (email: string, subject?: string) => Promise<string>;
  totp: () => Promise<string>;
  keepRecoveryCodes: () => Promise<void>;
  recoveryCode: () => string;
  /** The address of the app. */
  home: string;
  authorize: (more?: Record<string, string>) => string;
  signOutAddress: (more?: Record<string, string>) => string;
  device: () => Promise<string>;
  deviceIsSignedIn: () => Promise<void>;
  signInElsewhere: () => Promise<void>;
  signIn: () => Promise<void>;
  guestTurnsOnTwoStep: () => Promise<void>;
};

type Resolvable<T> = T | ((world: World) => T | Promise<T>);

/** A form, and how somebody sends it. */
export type FormCase = {
  /** The action behind it, by its folder below `app` and its name. */
  action: string;
  /** Where it is; without it on the page where the one before has ended. */
  at?: Resolvable<string>;
  before?: (world: World) => Promise<void>;
  /** The part of the page that it is in: a region by its name, or an item of a list by what it says. */
  region?: Resolvable<string>;
  item?: Resolvable<string>;
  /** The button that asks first. */
  opens?: string | RegExp;
  fill?: [label: string | RegExp, value: Resolvable<string>][];
  /** The boxes that are ticked. */
  ticks?: string[];
  press: string | RegExp;
  /** What is seen where it ends; an element where that says nothing. */
  ends: string | RegExp | { element: string };
  after?: (world: World) => Promise<void>;
  needsScript?: true;
};
