import { notFound } from 'next/navigation';
import type { z } from 'zod';
import { permissionOf } from '@/lib/access';
import type { Actor } from '@/lib/actor';
import { type Operation, perform } from '@/lib/operation';
import type { Problem } from '@/lib/problems';
import { pageRequestContext } from '@/lib/request-context';
import { requireAdmin, requireSession, whyRefused } from '@/lib/sessions';

/**
 * What a page shows: the answer of an operation that reads, to whom its access lets in. Whoever is signed out is sent to
 * sign in; for whoever may not, and for an input that is none, the page does not exist.
 */
export async function loadPage<I extends z.ZodType, O extends z.ZodType, R extends Problem, P>(
  operation: Operation<I, O, R, P>,
  input: unknown = {},
): Promise<z.output<O>> {
  const session = permissionOf(operation.access) ? await requireAdmin() : await requireSession();
  const actor: Actor = { kind: 'session', session };
  const parsed = operation.input.safeParse(input);
  if (whyRefused(operation.access, actor) || !parsed.success) notFound();
  const outcome = await perform(operation, parsed.data, actor, await pageRequestContext());
  return outcome.ok ? outcome.value : notFound();
}
