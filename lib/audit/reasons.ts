/** Reasons that are called otherwise today, beyond their spelling. */
const renamed: Record<string, string> = { 'too-many-letters': 'too_many_emails', letter: 'email' };

/**
 * A stored reason as one of today: they were spelled with dashes before. Rows of the audit are never rewritten, so this is
 * the only place that knows the old spelling.
 */
export const readReason = (stored: string | null) =>
  stored && (renamed[stored] ?? (/^[a-z]+(-[a-z]+)+$/.test(stored) ? stored.replaceAll('-', '_') : stored));
