'use client';

import { useState } from 'react';
import { Button } from '../ui/button';
import { Dialog, DialogButtons } from '../ui/dialog';
import { Spinner } from '../ui/spinner';
import { CeremonyMessage } from './ceremony-message';
import { LastWayIn } from './last-way-in';
import { usePasskeyManager } from './passkey-manager';
import { useRemoval } from './use-removal';

type LostDeviceProps = {
  passkey: { id: string; name: string; synced: boolean; usedInThisSession: boolean };
  /** Whether there is another passkey or a password. */
  hasOtherWayIn: boolean;
};

/** For the day a device is gone: its passkey goes, its sessions end, and what else to do is said. */
export function LostDevice({ passkey, hasOtherWayIn }: LostDeviceProps) {
  const [stage, setStage] = useState<'closed' | 'asking' | 'done'>('closed');
  const { announce, takeFocus } = usePasskeyManager();

  function close() {
    setStage('closed');
    if (stage !== 'done') return;
    announce(`“${passkey.name}” was removed, and its sessions have ended.`);
    takeFocus();
  }

  return (
    <>
      <button type="button" className="link min-h-6 text-sm" onClick={() => setStage('asking')}>
        I lost this device<span className="sr-only">: {passkey.name}</span>
      </button>
      <Dialog
        open={stage !== 'closed'}
        onClose={close}
        title={stage === 'done' ? 'That door is shut' : 'Lost this device?'}
      >
        {stage === 'done' && <WhatElse onClose={close} />}
        {stage !== 'done' && !hasOtherWayIn && <LastWayIn name={passkey.name} onClose={close} />}
        {stage !== 'done' && hasOtherWayIn && (
          <ShutOut passkey={passkey} onClose={close} onDone={() => setStage('done')} />
        )}
      </Dialog>
    </>
  );
}

type ShutOutProps = { passkey: LostDeviceProps['passkey']; onClose: () => void; onDone: () => void };

function ShutOut({ passkey, onClose, onDone }: ShutOutProps) {
  const { busy, sentence, remove } = useRemoval(passkey, 'device-lost', onDone);

  return (
    <>
      <div className="mt-2 space-y-2 text-sm text-muted">
        <p>
          This removes “{passkey.name}” and ends every session that was started with it, wherever the device is now.
        </p>
        {passkey.synced && (
          <p>It is synced: your other devices with the same password manager cannot use it any more either.</p>
        )}
        {passkey.usedInThisSession && (
          <p className="font-semibold text-ink">You signed in with it, so this signs you out here too.</p>
        )}
      </div>
      {sentence && (
        <div className="mt-4">
          <CeremonyMessage sentence={sentence} />
        </div>
      )}
      <DialogButtons>
        <Button onClick={onClose}>Cancel</Button>
        <Button look="danger" aria-disabled={busy} onClick={remove}>
          {busy && <Spinner />}
          Remove and end its sessions
        </Button>
      </DialogButtons>
    </>
  );
}

function WhatElse({ onClose }: { onClose: () => void }) {
  return (
    <>
      <p className="mt-2 text-sm text-muted">The passkey is removed and its sessions have ended. What else to do:</p>
      <ol className="mt-3 list-decimal space-y-1.5 pl-5 text-sm">
        <li>Lock or erase the device from afar, with Find My, Find Hub or what your company gives you.</li>
        <li>Remove the passkey from your password manager as well.</li>
        <li>
          <a className="link" href="/account/activity">
            Look through your activity
          </a>{' '}
          for what was not you.
        </li>
        <li>
          <a className="link" href="/account/sessions">
            Look at your sessions
          </a>
          : some may have begun on it in another way.
        </li>
      </ol>
      <DialogButtons>
        <Button look="primary" onClick={onClose}>
          Done
        </Button>
      </DialogButtons>
    </>
  );
}
