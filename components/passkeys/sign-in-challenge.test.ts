import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { holdChallenge, isOver, isPastHalf, isUsable } from './sign-in-challenge';

const challenge = { challengeId: 'c', options: { challenge: 'AAAA', timeout: 300_000 } };
const now = new Date('2026-11-21T12:00:00Z');
const after = (seconds: number) => vi.setSystemTime(now.getTime() + seconds * 1000);

beforeEach(() => {
  vi.useFakeTimers({ now });
});
afterEach(() => {
  vi.useRealTimers();
});

it('is used until thirty seconds before its end', () => {
  const held = holdChallenge(challenge);
  after(269);
  expect(isUsable(held)).toBe(true);
  after(271);
  expect(isUsable(held)).toBe(false);
  expect(isOver(held)).toBe(false);
  after(301);
  expect(isOver(held)).toBe(true);
});

it('counts as worn from half of its life on', () => {
  const held = holdChallenge(challenge);
  after(149);
  expect(isPastHalf(held)).toBe(false);
  after(151);
  expect(isPastHalf(held)).toBe(true);
});

it('does not believe a server clock that is ahead by more than a lifetime', () => {
  const held = holdChallenge(challenge, '2026-11-21T18:00:00Z');
  after(271);
  expect(isUsable(held)).toBe(false);
});

it('leaves some use in a challenge that lives only a short while', () => {
  const held = holdChallenge({ ...challenge, options: { ...challenge.options, timeout: 30_000 } });
  expect(isUsable(held)).toBe(true);
  after(21);
  expect(isUsable(held)).toBe(false);
});
