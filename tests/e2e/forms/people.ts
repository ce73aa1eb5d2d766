import type { FormCase, World } from './case';

const security = '/account/security';
const twoStep = { at: security, region: 'Two-step sign-in' };
const newAddress = ({ mark }: World) => `new-${mark}@example.com`;
const signInByPassword = {
  action: 'sign-in#signInByPassword',
  at: '/sign-in',
  fill: [
    ['E-mail', (world: World) => world.email],
    ['Password', ({ password }: World) => password],
  ] as FormCase['fill'],
  press: 'Sign in',
};

/** Sent by somebody with an account who is not signed in. */
export const visitor: FormCase[] = [
  { ...signInByPassword, ends: 'That did not match.' },
  {
    action: 'sign-up#requestAccount',
    at: '/sign-up',
    fill: [
      ['Your name', 'Newcomer'],
      ['E-mail', newAddress],
    ],
    press: 'Continue',
    ends: 'Check your mail',
  },
  {
    action: '#openLink',
    at: (world) => world.emailLink(newAddress(world)),
    press: 'Create your passkey',
    ends: 'Signed in as',
    needsScript: true,
  },
  { action: '#signOut', at: '/account', press: 'Sign out', ends: 'You are signed out', needsScript: true },
  {
    action: 'recover#askForRecovery',
    at: '/recover',
    fill: [['E-mail', (world) => world.email]],
    press: 'Send the link',
    ends: 'Check your mail',
  },
  {
    action: 'recover#openRecoveryLink',
    at: (world) => world.emailLink(world.email, 'Get back into your account'),
    press: 'Get back in',
    ends: 'You are back in',
  },
  { action: 'add-passkey#notNow', at: '/add-passkey', press: 'Not now', ends: 'Signed in as' },
];

/** Sent by somebody who signed up with a passkey. */
export const member: FormCase[] = [
  {
    action: 'account/profile#rename',
    at: '/account/profile',
    fill: [['Your name', 'Robin the Second']],
    press: 'Save name',
    ends: 'Your name is changed.',
  },
  { action: 'account/profile#changeRegion', at: '/account/profile', region: 'For apps', press: 'Save', ends: 'Saved.' },
  {
    action: 'account/profile#changeAddress',
    at: '/account/profile',
    fill: [['New e-mail', newAddress]],
    press: 'Change e-mail',
    ends: 'We sent a link to',
  },
  {
    action: 'confirm-address#confirmAddress',
    at: (world) => world.emailLink(newAddress(world)),
    press: 'Use this address',
    ends: 'is now the address of your account.',
    after: async (world) => {
      world.email = newAddress(world);
    },
  },
  {
    action: 'account/passkeys#loseDevice',
    at: '/account/passkeys',
    opens: /^I lost this device/,
    press: 'End its sessions and go on',
    ends: /^Your other sessions have ended\. /,
  },
  { action: '#chooseTheme', at: '/account', press: 'Dark', ends: { element: 'html[data-theme=dark]' } },
  {
    action: 'account/security#savePassword',
    at: security,
    region: 'Password',
    fill: [['Password', ({ password }: World) => password]],
    press: 'Set password',
    ends: 'Your password is saved.',
  },
  {
    action: 'account/sessions#endSession',
    before: (world) => world.signInElsewhere(),
    at: '/account/sessions',
    opens: /^End the session/,
    press: 'End session',
    ends: 'That session is ended.',
  },
  {
    action: 'account/sessions#endOthers',
    before: (world) => world.signInElsewhere(),
    at: '/account/sessions',
    opens: 'End all others',
    press: 'End all others',
    ends: 'One other session is ended.',
  },
  {
    action: 'account/security#beginTotp',
    ...twoStep,
    press: 'Turn on two-step sign-in',
    ends: '1. Scan this with the app',
  },
  {
    action: 'account/security#finishTotp',
    region: 'Two-step sign-in',
    fill: [['2. Enter the code that the app shows', (world) => world.totp()]],
    press: 'Confirm',
    ends: 'Two-step sign-in is on',
  },
  {
    action: 'account/security#newCodes',
    ...twoStep,
    press: 'Make new codes',
    ends: 'Your new recovery codes',
    after: (world) => world.keepRecoveryCodes(),
  },
  { action: '#signOut', at: '/account', press: 'Sign out', ends: 'You are signed out' },
  { ...signInByPassword, ends: 'One more step' },
  { action: 'two-factor#cancel', at: '/two-factor', press: 'Start again', ends: 'or with your password' },
  { ...signInByPassword, ends: 'One more step' },
  {
    action: 'two-factor#enterCode',
    at: '/two-factor?with=recovery-code',
    fill: [['Recovery code', (world) => world.recoveryCode()]],
    press: 'Continue',
    ends: 'recovery codes left',
  },
  {
    action: 'account/security#turnOffTotp',
    ...twoStep,
    opens: 'Turn off',
    press: 'Turn off',
    ends: 'Two-step sign-in is off.',
  },
  {
    action: 'account/security#dropPassword',
    at: security,
    region: 'Password',
    opens: 'Remove',
    press: 'Remove password',
    ends: 'Your password is removed.',
  },
  {
    action: 'account/profile#deleteMyAccount',
    at: '/account/profile',
    opens: 'Delete my account',
    fill: [[/^Type .+ to go on$/, (world) => world.email]],
    press: 'Delete for ever',
    ends: 'Your account is deleted',
  },
];
