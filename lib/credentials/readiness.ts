import { config } from '@/lib/config';
import type { Session } from '@/lib/sessions';
import { readWaysIn } from './ways-in';

/** What the readiness to recover is judged by. */
export type RecoveryFacts = {
  passkeys: { backupState: boolean; counterRegressedAt: string | null; backupEligibilityChangedAt: string | null }[];
  hasPassword: boolean;
  twoStep: boolean;
  codesLeft: number;
  emailConfirmed: boolean;
  /** Whether mail goes out at all, and whether a recovery link would go to this address. */
  mailGoesOut: boolean;
  linkWouldCome: boolean;
};

type Step = { title: string; text: string; action: string; href: string };
export type Readiness = { state: 'ready' | 'almost' | 'at-risk'; step?: Step };

const passkeysPage = '/account/passkeys';
const securityPage = '/account/security';

/** What the readiness of the signed-in person is judged by. */
export async function readRecoveryFacts(session: Session): Promise<RecoveryFacts> {
  const { passkeys, passwordSince, secondFactor, recoversByMail } = await readWaysIn(session);
  return {
    passkeys,
    hasPassword: passwordSince !== undefined,
    twoStep: secondFactor.enrolledAt !== undefined,
    codesLeft: secondFactor.codesLeft,
    emailConfirmed: session.emailVerifiedAt !== null,
    mailGoesOut: config.mail !== 'none',
    linkWouldCome: config.mail !== 'none' && recoversByMail,
  };
}

/**
 * Says whether losing one thing would lock somebody out, and the one next step that helps most. Almost: an
 * administrator is not needed, but the way back is narrow.
 */
export function judgeReadiness(facts: RecoveryFacts): Readiness {
  const check = checks.find(({ applies }) => applies(facts));
  if (!check) return { state: 'ready' };
  const state = typeof check.state === 'function' ? check.state(facts) : check.state;
  return { state, step: typeof check.step === 'function' ? check.step(facts) : check.step };
}

type Check = {
  applies: (facts: RecoveryFacts) => boolean;
  state: Readiness['state'] | ((facts: RecoveryFacts) => Readiness['state']);
  step: Step | ((facts: RecoveryFacts) => Step);
};

/** A link by mail replaces one factor and never two: where two-step sign-in is on, it takes a code besides. */
const mailBringsBack = ({ linkWouldCome, twoStep, codesLeft }: RecoveryFacts) =>
  linkWouldCome && (!twoStep || codesLeft > 0);

const almostWithMail = (facts: RecoveryFacts) => (mailBringsBack(facts) ? 'almost' : 'at-risk');
const recoveryMeans = ({ linkWouldCome }: RecoveryFacts) => (linkWouldCome ? 'a link by mail' : 'an administrator');

const confirmation: Step = {
  title: 'Confirm your e-mail',
  text: 'A link by mail can bring you back, if the address is really yours. You have not confirmed it yet.',
  action: 'Confirm it',
  href: '/account/profile#address',
};

/** In this order: the first that applies is the next step. */
const checks: Check[] = [
  {
    applies: ({ passkeys }) =>
      passkeys.some(
        ({ counterRegressedAt, backupEligibilityChangedAt }) => counterRegressedAt ?? backupEligibilityChangedAt,
      ),
    state: 'almost',
    step: {
      title: 'Look at your passkeys',
      text: 'One of them may have been copied or replaced.',
      action: 'Look at it',
      href: passkeysPage,
    },
  },
  {
    applies: ({ passkeys, hasPassword }) => passkeys.length === 0 && !hasPassword,
    state: 'at-risk',
    step: (facts) => ({
      title: 'Create a passkey',
      text: `You have nothing to sign in with: once this session ends, only ${recoveryMeans(facts)} brings you back.`,
      action: 'Create a passkey',
      href: passkeysPage,
    }),
  },
  {
    applies: ({ passkeys, hasPassword, mailGoesOut, linkWouldCome }) =>
      passkeys.length < 2 && !hasPassword && mailGoesOut && !linkWouldCome,
    state: 'at-risk',
    step: confirmation,
  },
  {
    applies: ({ passkeys, twoStep, codesLeft }) => passkeys.length === 0 && twoStep && codesLeft === 0,
    state: 'at-risk',
    step: {
      title: 'Make new recovery codes',
      text: 'You have none left. If you lose your authenticator app, nothing of yours brings you back.',
      action: 'Make new codes',
      href: `${securityPage}#two-step`,
    },
  },
  {
    applies: ({ passkeys }) => passkeys.length === 0,
    state: almostWithMail,
    step: (facts) => ({
      title: 'Create a passkey',
      text: `The password is your only way in. If you forget it, only ${recoveryMeans(facts)} brings you back.`,
      action: 'Create a passkey',
      href: passkeysPage,
    }),
  },
  {
    applies: ({ passkeys, hasPassword }) => passkeys.length === 1 && !hasPassword,
    state: almostWithMail,
    step: (facts) => ({
      title: 'Add a second passkey',
      text: facts.passkeys[0]?.backupState
        ? `You have one, in your password manager. If you lose access to it, only ${recoveryMeans(facts)} brings you back.`
        : `You have one, on one device only. If you lose that device, only ${recoveryMeans(facts)} brings you back.`,
      action: 'Add a passkey',
      href: passkeysPage,
    }),
  },
  {
    applies: ({ twoStep, codesLeft }) => twoStep && codesLeft <= 2,
    state: 'almost',
    step: ({ codesLeft }) => ({
      title: 'Make new recovery codes',
      text: codesLeft === 0 ? 'You have none left.' : `You have ${codesLeft} left of ten.`,
      action: 'Make new codes',
      href: `${securityPage}#two-step`,
    }),
  },
  {
    applies: ({ emailConfirmed, mailGoesOut }) => mailGoesOut && !emailConfirmed,
    state: 'almost',
    step: confirmation,
  },
  {
    applies: ({ hasPassword, twoStep }) => hasPassword && !twoStep,
    state: 'ready',
    step: {
      title: 'Turn on two-step sign-in',
      text: 'You would not be locked out. But your password alone opens the account: with a second step it does not.',
      action: 'Set it up',
      href: `${securityPage}#two-step`,
    },
  },
];
