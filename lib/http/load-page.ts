import { notFound } from 'next/navigation';
import type { z } from 'zod';
import { permissionOf } from '@/lib/access';
import type { Actor } from '@/lib/actor';
import { type Operation, perform } from '@/lib/operation';
import type { Problem } from '@/lib/problems';
import { pageRequestContext } from '@/lib/request-context';
import { requireAdmin, requireSession, whyRefused } from '@/lib/sessions';

/**
 * Runs the reading operation of a page. Who is signed out is redirected to the sign-in; who is refused, or sends an invalid
 * input, gets 404.
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
