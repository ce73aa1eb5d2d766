import type { AuthenticationResponseJSON } from '@simplewebauthn/browser';
import { type ApiResult, finishSignIn, startSignIn } from './api';
import { canAutofill } from './capabilities';
import { cancelCeremony, requestPasskey } from './ceremonies';
import { describeException } from './ceremony-errors';
import { describeRefusal } from './server-errors';
import {
  type FirstChallenge,
  type HeldChallenge,
  holdChallenge,
  isOver,
  isPastHalf,
  isUsable,
  renewalOf,
} from './sign-in-challenge';
import { signalUnknown } from './signals';
import type { Sentence } from './types';

export type Step = { phase: 'idle' | 'preparing' | 'asking' | 'checking' | 'done'; sentence?: Sentence };

export type SignInFlow = {
  returnTo?: string;
  held?: HeldChallenge;
  show: (step: Step) => void;
  /** Counts what was begun; whatever finds itself overtaken stops without a word. */
  turn: number;
  busy: boolean;
  /** Autofill failed as soon as it was armed; it is tried again when the person comes back to it. */
  disarmed: boolean;
  renewal?: ReturnType<typeof setTimeout>;
};

export function beginSignIn(first: FirstChallenge | null, returnTo: string | undefined, show: (step: Step) => void) {
  const held = first ? holdChallenge(first, first.expiresAt) : undefined;
  const flow: SignInFlow = { returnTo, held, show, turn: 0, busy: false, disarmed: false };
  void listen(flow);
  return flow;
}

export function endSignIn(flow: SignInFlow) {
  flow.turn++;
  clearTimeout(flow.renewal);
  cancelCeremony();
}

/**
 * When the tab or a field is looked at again: a challenge past half of its life is exchanged before it can run out, and
 * autofill that failed is armed again.
 */
export function resumeSignIn(flow: SignInFlow) {
  if (flow.busy) return;
  if (!flow.held || isPastHalf(flow.held)) renew(flow);
  else if (flow.disarmed) void listen(flow);
}

/** The button: stops autofill, asks with the browser's own dialog, and arms autofill again if nothing came of it. */
export async function requestSignIn(flow: SignInFlow, username?: string, again = false): Promise<void> {
  endSignIn(flow);
  flow.busy = true;
  flow.show({ phase: 'preparing' });

  const challenge = username ? await freshChallenge(flow, username) : await currentChallenge(flow);
  if (!challenge.ok) return becomeIdle(flow, describeRefusal(challenge.error, 'sign-in'));

  flow.show({ phase: 'asking' });
  try {
    const credential = await requestPasskey({ optionsJSON: challenge.value.options });
    await answer(flow, challenge.value, credential, again ? undefined : () => requestSignIn(flow, username, true));
  } catch (cause) {
    becomeIdle(flow, describeException(cause, 'sign-in', challenge.requestId));
  }
}

/** Autofill: offers passkeys in the e-mail field. Nobody asked for it, so nothing that goes wrong here is shown. */
async function listen(flow: SignInFlow): Promise<void> {
  const turn = ++flow.turn;
  flow.disarmed = false;
  if ((await canAutofill()) === 'no') return;

  const challenge = await currentChallenge(flow);
  if (!challenge.ok || turn !== flow.turn) return;

  flow.renewal = setTimeout(() => document.visibilityState === 'visible' && renew(flow), untilRenewal(challenge.value));
  const armedAt = Date.now();
  try {
    const credential = await requestPasskey({ optionsJSON: challenge.value.options, useBrowserAutofill: true });
    if (turn === flow.turn) await answer(flow, challenge.value, credential);
  } catch {
    const wasOfferedForAWhile = Date.now() - armedAt > 1000;
    if (turn !== flow.turn) return;
    if (wasOfferedForAWhile) void listen(flow);
    else flow.disarmed = true;
  }
}

async function answer(
  flow: SignInFlow,
  challenge: HeldChallenge,
  credential: AuthenticationResponseJSON,
  retry?: () => Promise<void>,
) {
  flow.busy = true;
  flow.held = undefined;
  clearTimeout(flow.renewal);
  flow.show({ phase: 'checking' });

  const outcome = await finishSignIn(challenge.challengeId, credential);
  if (outcome.ok) {
    flow.show({ phase: 'done' });
    return window.location.assign(outcome.value.redirectTo);
  }
  if (retry && (isOver(challenge) || outcome.error.code === 'challenge_spent')) return retry();
  if (outcome.error.code === 'unknown_credential') {
    await signalUnknown(challenge.options.rpId ?? window.location.hostname, credential.id);
  }
  becomeIdle(flow, describeRefusal(outcome.error, 'sign-in'));
}

async function currentChallenge(flow: SignInFlow): Promise<ApiResult<HeldChallenge>> {
  if (flow.held && isUsable(flow.held)) return { ok: true, value: flow.held };

  const fresh = await freshChallenge(flow);
  if (fresh.ok) flow.held = fresh.value;
  return fresh;
}

async function freshChallenge(flow: SignInFlow, username?: string): Promise<ApiResult<HeldChallenge>> {
  const fresh = await startSignIn(flow.returnTo, username);
  return fresh.ok ? { ...fresh, value: holdChallenge(fresh.value) } : fresh;
}

function renew(flow: SignInFlow) {
  endSignIn(flow);
  flow.held = undefined;
  void listen(flow);
}

function becomeIdle(flow: SignInFlow, sentence?: Sentence) {
  flow.busy = false;
  flow.show({ phase: 'idle', sentence });
  void listen(flow);
}

const untilRenewal = (held: HeldChallenge) => Math.max(renewalOf(held) - Date.now(), 1000);
