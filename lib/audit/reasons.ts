/** Reasons that are called otherwise today, beyond their spelling. */
const renamed: Record<string, string> = {
  'too-many-letters': 'too_many_emails',
  letter: 'email',
  'no mail server': 'no_mail_server',
  'sealed with a secret that APP_SECRET lacks': 'app_secret_missing',
  'internal error': 'internal_error',
  'address removed': 'address_removed',
  'address not allowed, see PRIVATE_CLIENTS': 'address_not_allowed',
};

const respelled = (stored: string) =>
  /^([a-z]+(-[a-z]+)+|(SMTP|status) \d+)$/.test(stored) ? stored.toLowerCase().replaceAll(/[- ]/g, '_') : stored;

/**
 * A stored reason as one of today: they were spelled with dashes and spaces before. Rows of the audit are never rewritten, so this is
 * the only place that knows the old spelling.
 */
export const readReason = (stored: string | null) => stored && (renamed[stored] ?? respelled(stored));
