'use client';

import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { flushSync } from 'react-dom';
import { Button } from '../ui/button';
import { Dialog, DialogButtons } from '../ui/dialog';
import { Spinner } from '../ui/spinner';
import { canForgetRemoved } from './capabilities';
import { CeremonyMessage } from './ceremony-message';
import { LastWayIn, whatIsLeft } from './last-way-in';
import { usePasskeyManager } from './passkey-manager';
import { useRemoval } from './use-removal';

type RemovePasskeyProps = {
  passkey: { id: string; name: string; usedInThisSession: boolean };
  /** The names of the passkeys that are left afterwards. */
  remaining: string[];
  /** Whether a password is another way in. */
  hasPassword: boolean;
};

export function RemovePasskey(props: RemovePasskeyProps) {
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  const isLast = props.remaining.length === 0 && !props.hasPassword;

  return (
    <>
      <Button variant="quiet" size="icon" aria-label={`Remove ${props.passkey.name}`} onClick={() => setOpen(true)}>
        <Trash2 aria-hidden size={17} className="text-muted" />
      </Button>
      <Dialog
        open={open}
        onClose={close}
        title={isLast ? 'This is your only way to sign in' : `Remove “${props.passkey.name}”?`}
      >
        {isLast ? <LastWayIn name={props.passkey.name} onClose={close} /> : <Removal {...props} onClose={close} />}
      </Dialog>
    </>
  );
}

function Removal({ passkey, remaining, hasPassword, onClose }: RemovePasskeyProps & { onClose: () => void }) {
  const { announce, takeFocus } = usePasskeyManager();
  const { busy, sentence, remove } = useRemoval(passkey, 'passkey-removed', () => {
    flushSync(onClose);
    announce(`“${passkey.name}” was removed. ${canForgetRemoved() ? '' : elsewhere}`);
    takeFocus();
  });

  return (
    <>
      <div className="mt-2 space-y-2 text-sm text-muted">
        <p>{whatIsLeft(remaining, hasPassword)}</p>
        <p>
          It can no longer be used to sign in, and every session that was started with it ends.
          {passkey.usedInThisSession && (
            <strong className="font-semibold text-ink"> You signed in with it, so this signs you out here.</strong>
          )}
        </p>
        {!canForgetRemoved() && <p>{elsewhere}</p>}
      </div>
      {sentence && (
        <div className="mt-4">
          <CeremonyMessage sentence={sentence} />
        </div>
      )}
      <DialogButtons>
        <Button onClick={onClose}>Keep it</Button>
        <Button variant="danger" aria-disabled={busy} onClick={remove}>
          {busy && <Spinner />}
          Remove passkey
        </Button>
      </DialogButtons>
    </>
  );
}

const elsewhere = 'Your browser keeps its own copy: remove it from your password manager or device settings too.';
