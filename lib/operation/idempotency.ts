import { hashToken } from '@/lib/crypto';
import { fail, ok } from '@/lib/result';
import type { AnyOperation } from '.';
import { claimAnswer, findAnswer, releaseAnswer, storeAnswer } from './queries';

/** A request that is to happen once: who sent it, its `Idempotency-Key`, and what was sent. */
export type SentOnce = { actor: string; key: string; request: string };

/**
 * The same operation, which a second request with the same key does not run again: it gets the first one's answer, without
 * what is shown once. Whoever comes while the first one runs waits for it; a refusal is stored nowhere.
 */
export const once = (operation: AnyOperation, sent: SentOnce): AnyOperation => ({
  ...operation,
  refusals: [...operation.refusals, 'idempotency_key_reused'],
  output: operation.output.partial(),
  run: async (input, scope, prepared) => {
    const claimed = { ...sent, request: hashToken(sent.request) };
    if (!(await claimAnswer(scope.tx, claimed))) {
      const answer = await findAnswer(scope.tx, claimed);
      return answer?.request === claimed.request ? ok(answer.body ?? {}) : fail('idempotency_key_reused');
    }
    const outcome = await operation.run(input, scope, prepared);
    if (!outcome.ok) await releaseAnswer(scope.tx, claimed);
    else await storeAnswer(scope.tx, claimed, withoutSecrets(operation.output.parse(outcome.value), operation));
    return outcome;
  },
});

const withoutSecrets = (value: object, { secrets = [] }: AnyOperation) =>
  Object.fromEntries(Object.entries(value).filter(([name]) => !secrets.includes(name)));
