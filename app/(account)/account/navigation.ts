import type { NavigationGroup } from '@/components/layout/nav-links';
import { extensions } from '@/extensions';

const added = Object.values(extensions);

const account: NavigationGroup = {
  items: [
    { href: '/account', label: 'Overview' },
    { href: '/account/passkeys', label: 'Passkeys' },
    { href: '/account/security', label: 'Security' },
    { href: '/account/sessions', label: 'Sessions' },
    { href: '/account/apps', label: 'Connected apps' },
    { href: '/account/activity', label: 'Activity' },
    { href: '/account/profile', label: 'Profile' },
    ...added.flatMap(({ account = [] }) => account),
  ],
};

const administration: NavigationGroup = {
  label: 'Administration',
  items: [
    { href: '/admin/users', label: 'Users' },
    { href: '/admin/groups', label: 'Groups' },
    { href: '/admin/clients', label: 'Apps' },
    { href: '/admin/audit', label: 'Audit' },
    { href: '/admin/api-keys', label: 'API keys' },
    { href: '/admin/api', label: 'API' },
    { href: '/admin/keys', label: 'Signing keys' },
    { href: '/admin/settings', label: 'Settings' },
    ...added.flatMap(({ administration = [] }) => administration),
  ],
};

/** One line a page. What stands here is shown, not allowed: every page checks for itself. */
export const navigationFor = (role: 'member' | 'administrator') =>
  role === 'administrator' ? [account, administration] : [account];
