import { sql } from 'drizzle-orm';
import { customType, timestamp, uuid } from 'drizzle-orm/pg-core';

export const id = () => uuid().primaryKey().defaultRandom();

/**
 * For tables that grow with every sign-in: a UUIDv7 (RFC 9562 §5.7), so that a new row goes to the end of the index, which
 * is in memory, and not to a page of its own anywhere in it.
 */
export const timeOrderedId = () => uuid().primaryKey().default(sql`uuid_v7()`);

export const instant = (name?: string) =>
  name ? timestamp(name, { withTimezone: true }) : timestamp({ withTimezone: true });

export const createdAt = () => instant().notNull().defaultNow();

/** Bytes as they are; both drivers hand back a `Uint8Array` or a subclass of it. */
export const bytes = customType<{ data: Uint8Array<ArrayBuffer>; driverData: Uint8Array }>({
  dataType: () => 'bytea',
  fromDriver: (value) => new Uint8Array(value),
  toDriver: (value) => Buffer.from(value),
});

/**
 * Where a session or a factor came from: the recovery by a link whose mail began it, and until when it is held for that.
 * Empty for everything else.
 */
export const origin = () => ({ recoveryId: uuid(), heldUntil: instant() });
