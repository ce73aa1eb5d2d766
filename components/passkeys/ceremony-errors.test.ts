import { describe, expect, it, vi } from 'vitest';
import { browserErrors, type Ceremony, describeException } from './ceremony-errors';
import { describeRefusal } from './server-errors';

const ceremonies: Ceremony[] = ['sign-in', 'create', 'confirm'];
const required = [
  'NotAllowedError',
  'InvalidStateError',
  'ConstraintError',
  'NotSupportedError',
  'SecurityError',
  'TypeError',
  'EncodingError',
  'OperationError',
  'UnknownError',
  'NotReadableError',
  'DataError',
];

describe('what the browser says', () => {
  it.each(required)('%s has a sentence and a next step in every ceremony', (name) => {
    for (const ceremony of ceremonies) {
      const words = browserErrors[name]?.[ceremony];
      expect(words?.title).toBeTruthy();
      expect(words?.next).toBeTruthy();
    }
  });

  it('never calls a cancelled dialog a failure', () => {
    for (const ceremony of ceremonies) {
      const words = describeException(new DOMException('', 'NotAllowedError'), ceremony);
      expect(words?.tone).toBe('neutral');
      expect(`${words?.title} ${words?.text} ${words?.next}`).not.toMatch(/fail|error/i);
    }
  });

  it('says nothing about a request that we stopped ourselves', () => {
    expect(describeException(new DOMException('', 'AbortError'), 'sign-in')).toBeUndefined();
  });

  it('gives the reference where the fault is ours', () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {});
    expect(describeException(new DOMException('', 'SecurityError'), 'create', 'req-1')?.reference).toBe('req-1');
    expect(logged).toHaveBeenCalledOnce();
    logged.mockRestore();
  });

  it('knows a name that nobody has thought of', () => {
    expect(describeException(new DOMException('', 'NewError'), 'sign-in')?.title).toMatch(/provider/);
  });
});

describe('what the server says', () => {
  it('tells how long to wait', () => {
    const words = describeRefusal({ status: 429, code: 'too_many_requests', retryAfter: 45 }, 'sign-in');
    expect(words.next).toContain('45 seconds');
  });

  it.each([
    [0, 'unreachable', /reach/],
    [503, 'unavailable', /away/],
    [401, 'unknown_credential', /no longer registered/],
    [409, 'last_way_in', /only way/],
    [500, 'internal', /wrong/],
    [502, 'unavailable', /away/],
  ])('%d %s has its own sentence', (status, code, title) => {
    expect(describeRefusal({ status, code }, 'sign-in').title).toMatch(title);
  });

  it('says of a refused registration that nothing was saved, and of a spent challenge that it may have been', () => {
    expect(describeRefusal({ status: 400, code: 'registration_failed' }, 'create').text).toMatch(/Nothing was saved/);
    expect(describeRefusal({ status: 409, code: 'challenge_spent' }, 'create').text).toMatch(/may have been saved/);
  });
});

describe('where nobody is signed in any more', () => {
  it.each(ceremonies)('%s leads to sign-in', (ceremony) => {
    expect(describeRefusal({ status: 401, code: 'session_required' }, ceremony)).toMatchObject({
      title: 'You are signed out',
      needsSignIn: true,
    });
  });
});
