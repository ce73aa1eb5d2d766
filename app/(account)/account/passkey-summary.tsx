import { PasskeyMark } from '@/components/passkeys/passkey-mark';
import { ButtonLink } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import type { Passkey } from '@/lib/passkeys';

/** How one can sign in, and the single next thing worth doing about it. */
export function PasskeySummary({ passkeys }: { passkeys: Passkey[] }) {
  const { title, text, action } = adviceFor(passkeys);
  return (
    <Card id="passkeys">
      <div className="flex flex-wrap items-center gap-x-5 gap-y-4">
        <span className="grid size-12 place-items-center rounded-control bg-accent-soft text-accent-ink">
          <PasskeyMark />
        </span>
        <div className="min-w-0 flex-[1_1_16rem]">
          <h2 id="passkeys-title" className="text-lg font-semibold">
            {title}
          </h2>
          <p className="mt-0.5 text-sm text-muted">{text}</p>
        </div>
        <ButtonLink look={passkeys.length > 1 ? 'secondary' : 'primary'} href="/account/passkeys">
          {action}
        </ButtonLink>
      </div>
    </Card>
  );
}

function adviceFor(passkeys: Passkey[]) {
  if (passkeys.some(({ counterRegressedAt }) => counterRegressedAt)) {
    return {
      title: 'Look at your passkeys',
      text: 'One of them answered out of order and may have been copied.',
      action: 'Look at it',
    };
  }
  if (passkeys.length > 1) {
    return {
      title: `You have ${passkeys.length} passkeys`,
      text: 'If you lose one device, another still opens your account.',
      action: 'Manage passkeys',
    };
  }
  const synced = passkeys[0]?.backupState;
  return {
    title: 'Add a second passkey',
    text: synced
      ? 'You have one, in your password manager. A second one elsewhere keeps the door open if you lose access to it.'
      : 'You have one, on one device only. If you lose that device, you lose your way in.',
    action: 'Add a passkey',
  };
}
