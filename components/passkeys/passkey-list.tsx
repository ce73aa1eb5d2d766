import { EmptyState } from '../ui/empty-state';
import type { FormAction } from '../ui/use-action';
import { acceptedOf } from './accepted';
import { AcceptedPasskeys } from './accepted-passkeys';
import { AddPasskey } from './add-passkey';
import { PasskeyCard } from './passkey-card';
import { PasskeyManager } from './passkey-manager';
import { PasskeyMark } from './passkey-mark';
import type { PasskeyListing } from './types';

type PasskeyListProps = PasskeyListing & { hasPassword: boolean; lose: FormAction };

/** The passkeys of an account, to look after. Give it a complete list only: the password manager is told of it. */
export function PasskeyList({ hasPassword, lose, ...listing }: PasskeyListProps) {
  const { passkeys } = listing;
  return (
    <PasskeyManager>
      <AcceptedPasskeys {...acceptedOf(listing)} />
      {passkeys.length === 0 ? (
        <EmptyState
          icon={<PasskeyMark className="size-9" />}
          title="You have no passkey yet"
          action={<AddPasskey label="Create a passkey" prominent />}
        >
          With a passkey you sign in with your fingerprint, face or screen lock. There is nothing to remember, and
          nothing that could be stolen from us.
        </EmptyState>
      ) : (
        <>
          <div className="mb-4 flex flex-wrap items-start justify-between gap-x-4 gap-y-3">
            <h2 className="pt-1.5 text-lg font-semibold">
              {passkeys.length === 1 ? '1 passkey' : `${passkeys.length} passkeys`}
            </h2>
            <AddPasskey label="Add a passkey" />
          </div>
          <ul className="space-y-3">
            {passkeys.map((passkey) => (
              <PasskeyCard
                key={passkey.id}
                passkey={passkey}
                remaining={passkeys.filter(({ id }) => id !== passkey.id).map(({ name }) => name)}
                hasPassword={hasPassword}
                lose={lose}
              />
            ))}
          </ul>
        </>
      )}
    </PasskeyManager>
  );
}
