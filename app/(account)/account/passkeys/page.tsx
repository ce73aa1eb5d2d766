import type { Metadata } from 'next';
import { PageHeading } from '@/components/layout/page-heading';
import { PasskeyHelp } from '@/components/passkeys/passkey-help';
import { PasskeyList } from '@/components/passkeys/passkey-list';
import { PasskeysUnavailable } from '@/components/passkeys/passkeys-unavailable';
import { readWaysIn } from '@/lib/credentials';
import { log } from '@/lib/log';
import { requireSession, type Session } from '@/lib/sessions';
import { loseDevice } from './actions';

export const metadata: Metadata = { title: 'Passkeys' };

export default async function PasskeysPage() {
  const listing = await tryToList(await requireSession());
  return (
    <>
      <PageHeading title="Passkeys">
        How you sign in. Keep at least two, in different places, so that a lost device never locks you out.
      </PageHeading>
      {listing ? <PasskeyList {...listing} lose={loseDevice} /> : <PasskeysUnavailable />}
      <div className="mt-12">
        <PasskeyHelp title="Good to know" />
      </div>
    </>
  );
}

/** A list that cannot be read leaves the rest of the page standing, and is never taken for an empty one. */
async function tryToList(session: Session) {
  try {
    const waysIn = await readWaysIn(session);
    return { ...waysIn, hasPassword: waysIn.passwordSince !== undefined };
  } catch (error) {
    log.error({ err: error }, 'the passkeys could not be listed');
    return undefined;
  }
}
