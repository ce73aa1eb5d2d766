import 'server-only';
import { z } from 'zod';
import { type AuditType, auditTypes, listAllEvents, sentenceOf } from '@/lib/audit';
import { operation } from '@/lib/operation';
import { next, pageInput, readPage } from '@/lib/page-of';
import { ok } from '@/lib/result';
import { rowId } from '@/lib/row-id';

const filter = {
  type: z.enum(Object.keys(auditTypes) as [AuditType]).optional(),
  outcome: z.enum(['success', 'failure']).optional(),
  /** The user who did it. */
  actorId: rowId.optional(),
  /** The user to whom it was done. */
  subjectId: rowId.optional(),
  /** What it was done to, of what is neither a user nor an app. */
  targetId: rowId.optional(),
  clientId: z.string().max(64).optional(),
};

const text = z.string().nullable();
const id = rowId.nullable();
const event = z.object({
  id: rowId,
  at: z.iso.datetime(),
  /** One of the types of now, or of an older version. */
  type: z.string(),
  outcome: z.enum(['success', 'failure']),
  sentence: z.string(),
  reason: text,
  actorId: id,
  /** The name of that user now; of nobody who is gone. */
  actor: text,
  subjectId: id,
  subject: text,
  targetType: text,
  targetId: text,
  clientId: text,
  client: text,
  passkeyId: id,
  sessionId: id,
  details: z.record(z.string(), z.unknown()).nullable(),
  address: z.string(),
  browser: z.string(),
  requestId: z.string(),
});

/** Reading is itself recorded, with reader and filter, for each page (requirement K5). */
export const readAuditEvents = operation({
  name: 'audit.list',
  summary: 'Lists what has happened and who did it, the newest first, page by page; that it was read is written down.',
  access: 'audit.read',
  input: z.object({ ...pageInput, ...filter }),
  output: z.object({ events: z.array(event), next }),
  run: async ({ limit, cursor, ...filter }, { tx, record }) => {
    const { page, next } = await readPage({ limit, cursor }, async (limit, place) => {
      const rows = await listAllEvents(tx, filter, limit, place);
      return rows.map(({ place, ...row }) => ({ ...row, at: place, sentence: sentenceOf(row.type) }));
    });
    await record('admin.audit-read', { details: filter });
    return ok({ events: page, next });
  },
});
