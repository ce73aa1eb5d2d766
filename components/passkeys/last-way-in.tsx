import { Button } from '../ui/button';
import { DialogButtons } from '../ui/dialog';

/** Why the last way in stays, and what to do first. */
export function LastWayIn({ name, onClose }: { name: string; onClose: () => void }) {
  return (
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
}

const names = new Intl.ListFormat('en', { type: 'conjunction' });

/** What one can still sign in with afterwards. */
export function whatIsLeft(remaining: string[], hasPassword: boolean) {
  const password = hasPassword ? ' your password' : '';
  if (remaining.length === 0) return `It is your only passkey. You will still have${password}.`;

  const shown = remaining.slice(0, 3);
  const more = remaining.length - shown.length;
  const list = names.format(more > 0 ? [...shown, `${more} more`] : shown);
  const counted = remaining.length === 1 ? '1 passkey' : `${remaining.length} passkeys`;
  return `You will still have ${counted}: ${list}${hasPassword ? `; and${password}` : ''}.`;
}
