import { db } from '@/db';
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
  // What it prepares may count, so whoever has an answer already prepares nothing.
  prepare: async (...given) => {
    const stored = await findAnswer(db, claimOf(sent));
    return stored ? { stored } : { prepared: await operation.prepare?.(...given) };
  },
  run: async (input, scope, { stored, prepared }: Prepared) => {
    const claim = claimOf(sent);
    const answer = stored ?? ((await claimAnswer(scope.tx, claim)) ? undefined : await findAnswer(scope.tx, claim));
    if (answer) return answer.request === claim.request ? ok(answer.body ?? {}) : fail('idempotency_key_reused');
    const outcome = await operation.run(input, scope, prepared);
    if (!outcome.ok) await releaseAnswer(scope.tx, claim);
    else await storeAnswer(scope.tx, claim, withoutSecrets(operation.output.parse(outcome.value), operation));
    return outcome;
  },
});

type Prepared = { stored?: Awaited<ReturnType<typeof findAnswer>>; prepared?: unknown };

const claimOf = ({ request, ...sent }: SentOnce) => ({ ...sent, request: hashToken(request) });

const withoutSecrets = (value: object, { secrets = [] }: AnyOperation) =>
  Object.fromEntries(Object.entries(value).filter(([name]) => !secrets.includes(name)));
