import { administrator } from './administrator';
import { forApps } from './apps';
import { member, visitor } from './people';

export type { FormCase, World } from './case';

/** Every form that an action answers, in an order in which it can be sent. */
export const walks = { visitor, member, administrator, forApps };

/** Sent by the tests of what is special to them. */
export const elsewhere: Record<string, string> = {
  'account/profile#confirmMyAddress': 'setup.spec.ts',
  'admin/users#vouch': 'admin-hold.spec.ts',
  'cancel-recovery#cancel': 'admin-hold.spec.ts',
  'interaction#goBack': 'admin-forms.spec.ts',
  '#confirmHere': 'later.spec.ts',
  'step-up#confirmWithPassword': 'later.spec.ts',
  'admin/keys#makeKeys': 'admin-groups-and-keys.spec.ts',
  'admin/keys#replaceKeys': 'admin-groups-and-keys.spec.ts',
};

/** Forms that no action of ours answers, by their file, and the tests that send them. */
export const withoutAction: Record<string, string> = {
  'app/(sign-in)/device/page.tsx': 'get-forms.spec.ts',
  'app/(admin)/admin/audit/page.tsx': 'get-forms.spec.ts',
  'components/account/download-data.tsx': 'profile.spec.ts',
  'components/passkeys/rename-passkey.tsx': 'passkeys.spec.ts',
};
