import type { ReactNode } from 'react';
import { Card } from '@/components/ui/card';
import { RelativeTime } from '@/components/ui/relative-time';
import type { Passkey } from '@/lib/passkeys';
import { describeBrowser } from '@/lib/request-context';
import type { Session } from '@/lib/sessions';
import { describeSignIn } from '@/lib/ways-in';

export function ThisSession({ session, passkey }: { session: Session; passkey: Passkey | undefined }) {
  return (
    <Card
      id="session"
      title="This session"
      action={
        <a className="link text-sm" href="/account/sessions">
          All sessions
        </a>
      }
    >
      <dl className="grid gap-x-8 gap-y-4 text-sm sm:grid-cols-2">
        <Fact term="Browser">{describeBrowser(session.browser)}</Fact>
        <Fact term="Signed in">
          <RelativeTime at={session.authTime} />
          {passkey ? ` with “${passkey.name}”` : ` ${describeSignIn(session.amr)}`}
        </Fact>
        <Fact term="Ends">
          <RelativeTime at={session.endsAt} /> at the latest
        </Fact>
      </dl>
    </Card>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-muted">{term}</dt>
      <dd className="mt-0.5">{children}</dd>
    </div>
  );
}
