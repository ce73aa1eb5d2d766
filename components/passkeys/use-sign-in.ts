import { useEffect, useRef, useState } from 'react';
import type { FirstChallenge } from './sign-in-challenge';
import { beginSignIn, endSignIn, requestSignIn, resumeSignIn, type SignInFlow, type Step } from './sign-in-flow';

/** Arms autofill for as long as the page is open; `ask` is the button. */
export function useSignIn(first: FirstChallenge | null, returnTo?: string) {
  const [step, show] = useState<Step>({ phase: 'idle' });
  const flow = useRef<SignInFlow>(null);

  useEffect(() => {
    const begun = beginSignIn(first, returnTo, show);
    flow.current = begun;
    const resumeIfVisible = () => document.visibilityState === 'visible' && resumeSignIn(begun);
    const reloadWhenRestored = (event: PageTransitionEvent) => event.persisted && window.location.reload();
    document.addEventListener('visibilitychange', resumeIfVisible);
    window.addEventListener('focus', resumeIfVisible);
    document.addEventListener('focusin', resumeIfVisible);
    window.addEventListener('pageshow', reloadWhenRestored);
    return () => {
      document.removeEventListener('visibilitychange', resumeIfVisible);
      window.removeEventListener('focus', resumeIfVisible);
      document.removeEventListener('focusin', resumeIfVisible);
      window.removeEventListener('pageshow', reloadWhenRestored);
      endSignIn(begun);
    };
  }, [first, returnTo]);

  return { step, ask: async (username?: string) => flow.current && requestSignIn(flow.current, username) };
}
