import { Alert } from '@/components/ui/alert';

const notices = {
  'signed-out': 'You are signed out.',
  'session-ended': 'Your session has ended. Sign in again to go on.',
  'passkey-removed':
    'The passkey was removed. You had signed in with it, so you are signed out here. Sign in with another one.',
  'device-lost':
    'The passkey of the lost device was removed, and its sessions have ended, this one too. Remove it from your password manager, lock the device from afar if you can, then sign in and look through your activity.',
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
