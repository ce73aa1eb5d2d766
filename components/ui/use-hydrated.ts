import { useSyncExternalStore } from 'react';

const never = () => () => {};

/** False on the server and until the script has taken over; what cannot work before then waits for it. */
export function useHydrated() {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
