'use client';

import { type ReactNode, useState } from 'react';
import { Button } from '../ui/button';
import { Dialog, DialogButtons } from '../ui/dialog';
import { Form, FormFields, FormMessage, SubmitButton } from '../ui/form';
import { TextLink } from '../ui/text-link';
import { type FormAction, type Sending, useAction } from '../ui/use-action';
import { useHydrated } from '../ui/use-hydrated';
import { startCreation } from './api';
import { CeremonyProgress } from './ceremony-message';
import { usePasskeyManager } from './passkey-manager';
import { PasskeyMark } from './passkey-mark';
import { Removal, useRemoval } from './removal';
import { useStepUp } from './step-up';
import { useCreation } from './use-creation';

type LostDeviceProps = {
  passkey: Lost;
  /** Whether there is another passkey or a password. */
  hasOtherWayIn: boolean;
  lose: FormAction;
};
type Lost = { id: string; name: string; synced: boolean; usedInThisSession: boolean };
type Stage = 'closed' | 'asking' | 'replacing' | 'done';

const titles: Record<Stage, string> = {
  closed: '',
  asking: 'Lost this device?',
  replacing: 'Now another way in',
  done: 'That door is shut',
};

/** For the day a device is gone: its sessions end, its passkey goes once there is another way in, and what else to do is said. */
export function LostDevice({ passkey, hasOtherWayIn, lose }: LostDeviceProps) {
  const [stage, setStage] = useState<Stage>('closed');
  const { announce, takeFocus } = usePasskeyManager();
  const ready = useHydrated();

  function close() {
    setStage('closed');
    if (stage !== 'done') return;
    announce(`“${passkey.name}” was removed, and its sessions have ended.`);
    takeFocus();
  }

  const label = (
    <>
      I lost this device<span className="sr-only">: {passkey.name}</span>
    </>
  );
  if (!ready) return <ExpandableForm passkey={passkey} lose={lose} label={label} hasOtherWayIn={hasOtherWayIn} />;
  return (
    <>
      <button type="button" className="link min-h-6 text-sm" onClick={() => setStage('asking')}>
        {label}
      </button>
      <Dialog open={stage !== 'closed'} onClose={close} title={titles[stage]}>
        {stage === 'done' && <WhatElse onClose={close} />}
        {stage === 'replacing' && <Replace passkey={passkey} onClose={close} onDone={() => setStage('done')} />}
        {stage === 'asking' && hasOtherWayIn && (
          <ShutOut passkey={passkey} onClose={close} onDone={() => setStage('done')} />
        )}
        {stage === 'asking' && !hasOtherWayIn && (
          <EndFirst passkey={passkey} lose={lose} onClose={close} onDone={() => setStage('replacing')} />
        )}
      </Dialog>
    </>
  );
}

const endAndGoOn = 'End its sessions and go on';
const removeAndEnd = 'Remove and end its sessions';
const whatEnds = ({ name }: Lost) =>
  `This ends all your other sessions at once, wherever the device is now, and removes “${name}”.`;

/** All of it where no script runs. */
function ExpandableForm({ passkey, lose, label, hasOtherWayIn }: LostDeviceProps & { label: ReactNode }) {
  const sending = useAction(lose);
  return (
    <details open={sending[0].status !== 'idle'}>
      <summary className="link min-h-6 text-sm">{label}</summary>
      <EndSessions passkey={passkey} sending={sending} submit={hasOtherWayIn ? removeAndEnd : endAndGoOn} />
    </details>
  );
}

/** The first step where it is the only way in. */
const EndFirst = ({ passkey, lose, onClose, onDone }: NextProps & { lose: FormAction }) => (
  <EndSessions passkey={passkey} sending={useAction(lose, onDone)} submit={endAndGoOn}>
    <Button onClick={onClose}>Cancel</Button>
  </EndSessions>
);

type EndSessionsProps = { passkey: Lost; sending: Sending; submit: string; children?: ReactNode };

function EndSessions({ passkey, sending, submit, children }: EndSessionsProps) {
  const [state] = sending;
  return (
    <Form sending={sending} className="mt-2 space-y-4">
      <p className="text-sm text-muted">
        {submit === endAndGoOn ? (
          <>
            “{passkey.name}” is your only way to sign in. First all your other sessions end, wherever the device is.
            Then you add another way in, a passkey of this device or{' '}
            <TextLink href="/account/security">a password</TextLink>, and “{passkey.name}” is removed.
          </>
        ) : (
          whatEnds(passkey)
        )}
      </p>
      <FormMessage state={state} />
      <FormFields state={state} hidden={{ id: passkey.id }} />
      <DialogButtons>
        {children}
        <SubmitButton variant="danger">{submit}</SubmitButton>
      </DialogButtons>
    </Form>
  );
}

type NextProps = { passkey: Lost; onClose: () => void; onDone: () => void };

/** The second step: a passkey of this device takes the place of the lost one. */
function Replace({ passkey, onClose, onDone }: NextProps) {
  const withStepUp = useStepUp();
  const removal = useRemoval(passkey, 'device-lost', onDone);
  const creation = useCreation(() => withStepUp(startCreation), 'idle');
  const busy = creation.busy || removal.busy;

  async function replace() {
    if (!busy && (await creation.create())) await removal.remove();
  }

  return (
    <>
      <p className="mt-2 text-sm text-muted">
        Your other sessions have ended. Create a passkey on this device; “{passkey.name}” is then removed. Or{' '}
        <TextLink href="/account/security">set a password</TextLink> and come back here.
        {passkey.usedInThisSession && (
          <strong className="font-semibold text-ink">
            {' '}
            You then sign in here anew, because you came with the lost one.
          </strong>
        )}
      </p>
      <CeremonyProgress {...creation.progress} sentence={creation.progress.sentence ?? removal.sentence} />
      <DialogButtons>
        <Button onClick={onClose}>Later</Button>
        <Button variant="primary" busy={busy} icon={<PasskeyMark className="size-5" />} onClick={replace}>
          Create a passkey
        </Button>
      </DialogButtons>
    </>
  );
}

/** The only step where there is another way in. */
const ShutOut = ({ passkey, onClose, onDone }: NextProps) => (
  <Removal
    passkey={passkey}
    notice="device-lost"
    submit={removeAndEnd}
    keep="Cancel"
    onClose={onClose}
    onRemoved={onDone}
  >
    <p>{whatEnds(passkey)}</p>
    {passkey.synced && (
      <p>It is synced: your other devices with the same password manager cannot use it any more either.</p>
    )}
    {passkey.usedInThisSession && (
      <p className="font-semibold text-ink">You signed in with it, so this signs you out here too.</p>
    )}
  </Removal>
);

const WhatElse = ({ onClose }: { onClose: () => void }) => (
  <>
    <p className="mt-2 text-sm text-muted">
      The passkey is removed and all your other sessions have ended. What else to do:
    </p>
    <ol className="mt-3 list-decimal space-y-1.5 pl-5 text-sm">
      <li>Lock or erase the device from afar, with Find My, Find Hub or what your company gives you.</li>
      <li>Remove the passkey from your password manager as well.</li>
      <li>
        <TextLink href="/account/activity">Look through your activity</TextLink> for what was not you.
      </li>
    </ol>
    <DialogButtons>
      <Button variant="primary" onClick={onClose}>
        Done
      </Button>
    </DialogButtons>
  </>
);
