import { customType, timestamp, uuid } from 'drizzle-orm/pg-core';

export const id = () => uuid().primaryKey().defaultRandom();

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
