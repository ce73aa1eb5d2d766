/** Audit events of extensions, as in `lib/audit/events.ts`. This file is yours: nothing of ours writes to it. */
export const extensionEvents = {} as const;
