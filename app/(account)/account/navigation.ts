import type { NavigationGroup } from '@/components/layout/nav-links';

const account: NavigationGroup = {
  items: [
    { href: '/account', label: 'Overview' },
    { href: '/account/passkeys', label: 'Passkeys' },
  ],
};

const administration: NavigationGroup = {
  label: 'Administration',
  items: [{ href: '/admin/users', label: 'Users' }],
};

/** One line a page. What stands here is shown, not allowed: every page checks for itself. */
export const navigationFor = (role: 'member' | 'administrator') =>
  role === 'administrator' ? [account, administration] : [account];
