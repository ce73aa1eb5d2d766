import type { FormCase, World } from './case';

const guest = { at: '/admin/users', item: (world: World) => world.guest.email };
const group = { at: '/admin/groups', region: (world: World) => `Group ${world.mark}` };
const client = (world: World) => world.clientPage();

/** Sent by an administrator. */
export const administrator: FormCase[] = [
  {
    action: 'admin/users#invite',
    at: '/admin/users',
    fill: [['E-mail', ({ mark }) => `new-${mark}@example.com`]],
    press: 'Invite',
    ends: /^The invitation for/,
  },
  {
    action: 'admin/users#startRecovery',
    ...guest,
    opens: /^Recovery link/,
    press: 'Make the link',
    ends: /^Hand it over/,
  },
  {
    action: 'admin/users#resetSecondFactor',
    before: (world) => world.guestTurnsOnTwoStep(),
    ...guest,
    opens: /^Turn off two-step/,
    press: 'Turn off',
    ends: /^Two-step sign-in is off for/,
  },
  {
    action: 'admin/users#setRole',
    ...guest,
    opens: /^Make administrator/,
    press: 'Make administrator',
    ends: 'Now an administrator.',
  },
  { action: 'admin/users#setRole', ...guest, opens: /^Make member/, press: 'Make member', ends: 'Now a member.' },
  {
    action: 'admin/users#endSessions',
    ...guest,
    opens: /^End all sessions/,
    press: 'End all sessions',
    ends: 'There was no session to end.',
  },
  {
    action: 'admin/users#removePasskey',
    at: ({ guest }) => guest.page,
    opens: /^Remove/,
    press: 'Remove passkey',
    ends: /is removed\.$/,
  },
  { action: 'admin/users#setDisabled', ...guest, opens: /^Disable/, press: 'Disable', ends: 'Disabled' },
  { action: 'admin/settings#saveSettings', at: '/admin/settings', press: 'Save', ends: /^Saved\./ },
  {
    action: 'admin/api-keys#create',
    at: '/admin/api-keys',
    fill: [['Name', ({ mark }) => `Key ${mark}`]],
    ticks: ['groups.read', 'groups.write'],
    press: 'Create the API key',
    ends: /Copy it now/,
  },
  {
    action: 'admin/api-keys#revoke',
    at: '/admin/api-keys',
    region: ({ mark }) => `Key ${mark}`,
    opens: 'Revoke',
    press: 'Revoke the API key',
    ends: /^The API key .* is revoked\.$/,
  },
  {
    action: 'admin/groups#create',
    at: '/admin/groups',
    fill: [['Name', (world) => `Group ${world.mark}`]],
    press: 'Make the group',
    ends: /is made\.$/,
  },
  {
    action: 'admin/groups#add',
    ...group,
    fill: [[/^Add somebody/, (world) => world.guest.email]],
    press: 'Add',
    ends: /is in the group\.$/,
  },
  {
    action: 'admin/groups#takeOut',
    ...group,
    opens: /^Remove/,
    press: 'Remove',
    ends: 'They are not in the group any more.',
  },
  {
    action: 'admin/groups#rename',
    ...group,
    opens: /^Rename/,
    fill: [['Name', (world) => `Group ${world.mark} renamed`]],
    press: 'Rename',
    ends: /^The group is called/,
  },
  {
    action: 'admin/groups#remove',
    ...group,
    opens: /^Delete/,
    press: 'Delete the group',
    ends: 'The group is deleted.',
  },
  {
    action: 'admin/clients#register',
    at: '/admin/clients/new',
    fill: [
      ['Name', (world) => `App ${world.mark}`],
      ['After signing in', 'https://app.example.com/callback'],
    ],
    press: 'Register the app',
    ends: /is registered$/,
  },
  { action: 'admin/clients#change', at: client, press: 'Save', ends: /^Saved\./ },
  {
    action: 'admin/clients#renewSecret',
    at: client,
    opens: 'New secret',
    press: 'Make the secret',
    ends: /^Copy the secret now/,
  },
  {
    action: 'admin/clients#endTokens',
    at: client,
    opens: 'End all its tokens',
    press: 'End them',
    ends: /^Every token has ended/,
  },
  {
    action: 'admin/clients#remove',
    at: client,
    opens: 'Delete the app',
    press: 'Delete for ever',
    ends: /^The app is deleted\./,
  },
];
