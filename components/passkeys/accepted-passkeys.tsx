'use client';

import { useEffect } from 'react';
import { signalAccepted, signalUserDetails } from './signals';

type AcceptedPasskeysProps = {
  rpId: string;
  userHandle: string;
  credentialIds: readonly string[];
  userName?: string;
  displayName?: string;
};

/** Lists already told. Going back in history shows an old list again, which would hide passkeys made since. */
const signalled = new WeakSet<readonly string[]>();

/** Keeps the password manager in step with the account. Render it only beside a complete, freshly read list. */
export function AcceptedPasskeys({ rpId, userHandle, credentialIds, userName, displayName }: AcceptedPasskeysProps) {
  useEffect(() => {
    if (signalled.has(credentialIds)) return;
    signalled.add(credentialIds);
    void signalAccepted(rpId, userHandle, credentialIds);
    if (userName) void signalUserDetails(rpId, userHandle, userName, displayName ?? '');
  }, [rpId, userHandle, credentialIds, userName, displayName]);

  return null;
}
