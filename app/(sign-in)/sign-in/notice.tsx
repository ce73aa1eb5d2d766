import { Alert } from '@/components/ui/alert';

const notices = {
  'signed-out': 'You are signed out.',
  'session-ended': 'Your session has ended. Sign in again to go on.',
  'passkey-removed':
    'The passkey was removed. You had signed in with it, so you are signed out here. Sign in with another one.',
} as const;

/** Only sentences of ours: whatever else stands in the address is not shown. */
export function Notice({ name }: { name: string | string[] | undefined }) {
  if (typeof name !== 'string' || !Object.hasOwn(notices, name)) return null;
  return (
    <div className="mb-6">
      <Alert role="note" tone="good">
        {notices[name as keyof typeof notices]}
      </Alert>
    </div>
  );
}
