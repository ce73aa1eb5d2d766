'use client';

import { Button } from '../ui/button';
import { cancelCeremony } from './ceremonies';

/** The way out while something asks for a passkey and never answers, as the window of a password manager may. */
export function CancelCeremony() {
  return (
    <div className="text-center">
      <Button variant="quiet" size="small" onClick={cancelCeremony}>
        Cancel
      </Button>
    </div>
  );
}
