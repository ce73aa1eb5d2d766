import type { FormCase, World } from './case';

const back = (what: string) => new RegExp(`^Back at the app: .*${what}`);
const choose = (world: World) => world.authorize({ prompt: 'select_account' });
const signsIn = { before: (world: World) => world.signIn() };

/** Sent by somebody who is signed in, because an app or a device asks. */
export const forApps: FormCase[] = [
  {
    action: 'interaction#decide',
    at: (world) => world.authorize(),
    press: 'Refuse',
    ends: back('error=access_denied'),
  },
  { action: 'interaction#decide', at: (world) => world.authorize(), press: 'Allow', ends: back('code=') },
  { action: 'interaction#stay', at: choose, press: /^Go on as/, ends: back('code=') },
  { action: 'device#answer', at: (world) => world.device(), press: 'Refuse', ends: 'The device was refused' },
  {
    action: 'device#answer',
    at: (world) => world.device(),
    press: 'Allow',
    ends: 'The device is signed in',
    after: (world) => world.deviceIsSignedIn(),
  },
  {
    action: 'account/apps#withdrawApp',
    at: '/account/apps',
    opens: /^Withdraw/,
    press: 'Withdraw',
    ends: /The app has to ask you again\.$/,
  },
  {
    action: 'sign-out#confirmSignOut',
    at: (world) => world.signOutAddress({ post_logout_redirect_uri: `${world.home}/bye`, state: 's1' }),
    press: 'Sign out',
    ends: back('state=s1'),
  },
  {
    action: 'sign-out#confirmSignOut',
    ...signsIn,
    at: (world) => world.signOutAddress(),
    press: 'Sign out',
    ends: 'You are signed out',
  },
  {
    action: 'interaction#useAnotherAccount',
    ...signsIn,
    at: choose,
    press: 'Use another account',
    ends: 'or with your password',
  },
];
