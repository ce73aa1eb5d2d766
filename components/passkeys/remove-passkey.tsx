'use client';

import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { flushSync } from 'react-dom';
import { Button } from '../ui/button';
import { Dialog, DialogButtons } from '../ui/dialog';
import { canForgetRemoved } from './capabilities';
import { usePasskeyManager } from './passkey-manager';
import { Removal } from './removal';

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
        {isLast ? <LastWayIn name={props.passkey.name} onClose={close} /> : <Question {...props} onClose={close} />}
      </Dialog>
    </>
  );
}

function Question({ passkey, remaining, hasPassword, onClose }: RemovePasskeyProps & { onClose: () => void }) {
  const { announce, takeFocus } = usePasskeyManager();

  function finish() {
    flushSync(onClose);
    announce(`“${passkey.name}” was removed. ${canForgetRemoved() ? '' : elsewhere}`);
    takeFocus();
  }

  return (
    <Removal
      passkey={passkey}
      notice="passkey-removed"
      submit="Remove passkey"
      keep="Keep it"
      onClose={onClose}
      onRemoved={finish}
    >
      <p>{whatIsLeft(remaining, hasPassword)}</p>
      <p>
        It can no longer be used to sign in, and every session that was started with it ends.
        {passkey.usedInThisSession && (
          <strong className="font-semibold text-ink"> You signed in with it, so this signs you out here.</strong>
        )}
      </p>
      {!canForgetRemoved() && <p>{elsewhere}</p>}
    </Removal>
  );
}

const elsewhere = 'Your browser keeps its own copy: remove it from your password manager or device settings too.';

/** Why the last way in stays, and what to do first. */
const LastWayIn = ({ name, onClose }: { name: string; onClose: () => void }) => (
  <>
    <p className="mt-2 text-sm text-muted">
      “{name}” cannot be removed, because without it you could not sign in any more. Add another passkey first, for
      example on your phone or a security key; then you can remove this one.
    </p>
    <DialogButtons>
      <Button variant="primary" onClick={onClose}>
        Keep it
      </Button>
    </DialogButtons>
  </>
);

const names = new Intl.ListFormat('en', { type: 'conjunction' });

/** What one can still sign in with afterwards. */
function whatIsLeft(remaining: string[], hasPassword: boolean) {
  const password = hasPassword ? ' your password' : '';
  if (remaining.length === 0) return `It is your only passkey. You will still have${password}.`;

  const shown = remaining.slice(0, 3);
  const more = remaining.length - shown.length;
  const list = names.format(more > 0 ? [...shown, `${more} more`] : shown);
  const counted = remaining.length === 1 ? '1 passkey' : `${remaining.length} passkeys`;
  return `You will still have ${counted}: ${list}${hasPassword ? `; and${password}` : ''}.`;
}
