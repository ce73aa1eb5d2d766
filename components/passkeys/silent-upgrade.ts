import { startSilentCreation } from './api';
import { canCreateSilently } from './capabilities';
import { cancelCeremony, makePasskey } from './ceremonies';
import { storeCreated } from './creation';
import type { Passkey } from './types';

let turn = 0;

/**
 * Asks the password manager that just filled in the password to keep a passkey as well. Nobody asked for it, so nothing
 * that goes wrong here is shown; that it went well must be (requirement E4).
 */
export async function addSilently(): Promise<Passkey | undefined> {
  const mine = ++turn;
  if ((await canCreateSilently()) !== 'yes') return undefined;
  const challenge = await startSilentCreation();
  if (!challenge.ok || mine !== turn) return undefined;

  try {
    const credential = await makePasskey({ optionsJSON: challenge.value.options, useAutoRegister: true });
    const answer = await storeCreated(challenge.value, credential);
    if (answer.ok) return answer.value.passkey;
  } catch {}
}

/** Withdraws the question: while it is open, the browser refuses every other. */
export function stopAdding() {
  turn++;
  cancelCeremony();
}
