import { Check, Minus, ShieldAlert, ShieldCheck, ShieldEllipsis } from 'lucide-react';
import { ButtonLink } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { judgeReadiness, type Readiness, type RecoveryFacts, readRecoveryFacts } from '@/lib/credentials';
import type { Session } from '@/lib/sessions';

const states = {
  ready: {
    word: 'Ready',
    text: 'If you lose one thing, another still opens your account.',
    Mark: ShieldCheck,
    filled: 3,
    tone: 'text-good',
    bar: 'bg-good',
    soft: 'bg-good-soft',
  },
  almost: {
    word: 'Almost',
    text: 'You could get back in, but the way is narrow.',
    Mark: ShieldEllipsis,
    filled: 2,
    tone: 'text-caution',
    bar: 'bg-caution',
    soft: 'bg-caution-soft',
  },
  'at-risk': {
    word: 'At risk',
    text: 'If you lose one thing, you are locked out.',
    Mark: ShieldAlert,
    filled: 1,
    tone: 'text-danger',
    bar: 'bg-danger',
    soft: 'bg-danger-soft',
  },
} as const;

/** Whether one would get back in after losing something, and the single next thing worth doing about it. */
export async function RecoveryReadiness({ session, detailed = false }: { session: Session; detailed?: boolean }) {
  const facts = await readRecoveryFacts(session);
  const { state, step } = judgeReadiness(facts);
  return (
    <Card id="readiness">
      <Verdict state={state} />
      {step && (
        <div className="mt-5 flex flex-wrap items-center gap-x-5 gap-y-3 border-t border-line pt-5">
          <div className="min-w-0 flex-[1_1_16rem]">
            <h3 className="font-semibold">{state === 'ready' ? step.title : `Next: ${lowerFirst(step.title)}`}</h3>
            <p className="mt-0.5 text-sm text-muted">{step.text}</p>
          </div>
          <ButtonLink variant={state === 'ready' ? 'secondary' : 'primary'} href={step.href}>
            {step.action}
          </ButtonLink>
        </div>
      )}
      {detailed && <WaysBack facts={facts} />}
    </Card>
  );
}

function Verdict({ state }: { state: Readiness['state'] }) {
  const { word, text, Mark, filled, tone, bar, soft } = states[state];
  return (
    <div className="flex items-center gap-4 sm:gap-5">
      <span className={`grid size-12 shrink-0 place-items-center rounded-control ${soft} ${tone}`}>
        <Mark aria-hidden size={26} strokeWidth={1.75} />
      </span>
      <div className="min-w-0 flex-1">
        <h2 id="readiness-title" className="text-lg font-semibold">
          Ready to recover: <span className={tone}>{word}</span>
        </h2>
        <p className="text-sm text-muted">{text}</p>
        <div aria-hidden className="mt-2.5 flex max-w-56 gap-1.5">
          {[1, 2, 3].map((part) => (
            <span key={part} className={`h-1.5 flex-1 rounded-full ${part <= filled ? bar : 'bg-line'}`} />
          ))}
        </div>
      </div>
    </div>
  );
}

const WaysBack = ({ facts }: { facts: RecoveryFacts }) => (
  <ul className="mt-5 grid gap-x-6 gap-y-2 border-t border-line pt-5 text-sm sm:grid-cols-2" aria-label="What you have">
    {waysBack(facts).map(([there, text]) => (
      <li key={text} className={`flex items-start gap-2.5 ${there ? '' : 'text-muted'}`}>
        {there ? (
          <Check aria-hidden size={16} className="mt-0.5 shrink-0 text-good" />
        ) : (
          <Minus aria-hidden size={16} className="mt-0.5 shrink-0" />
        )}
        {text}
      </li>
    ))}
  </ul>
);

function waysBack({ passkeys, hasPassword, twoStep, codesLeft, emailConfirmed, mailGoesOut }: RecoveryFacts) {
  const counted = passkeys.length === 1 ? '1 passkey' : `${passkeys.length} passkeys`;
  const mail = emailConfirmed ? 'A link to your confirmed e-mail' : 'A link to your e-mail, which is not confirmed';
  const list: [boolean, string][] = [
    [passkeys.length > 0, passkeys.length ? counted : 'No passkey'],
    [hasPassword, hasPassword ? 'A password' : 'No password'],
    [mailGoesOut && emailConfirmed, mailGoesOut ? mail : 'No link by mail: none goes out from here'],
    [twoStep && codesLeft > 0, twoStep ? `${codesLeft} of 10 recovery codes left` : 'No two-step sign-in'],
  ];
  return list;
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
