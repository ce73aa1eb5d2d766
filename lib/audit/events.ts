import { z } from 'zod';
import { extensionEvents } from '@/extensions/events';

/** Every type of audit event: its outcome, and the sentence that its owner reads. One line each. */
export const auditTypes = {
  ...extensionEvents,
  'auth.passkey.success': ['success', 'Signed in with a passkey'],
  'auth.passkey.failure': ['failure', 'A sign-in with a passkey was refused'],
  'auth.step-up.success': ['success', 'Confirmed with a passkey'],
  'auth.step-up.failure': ['failure', 'A confirmation with a passkey was refused'],
  'auth.password.success': ['success', 'Signed in with the password'],
  'auth.password.failure': ['failure', 'A wrong password was refused'],
  'auth.totp.success': ['success', 'Entered a code from the authenticator app'],
  'auth.totp.failure': ['failure', 'A wrong code was refused'],
  'auth.recovery-code.used': ['success', 'Used a recovery code'],
  'auth.recovery-code.failure': ['failure', 'A wrong recovery code was refused'],
  'auth.logout': ['success', 'Signed out'],
  'passkey.register.success': ['success', 'Added a passkey'],
  'passkey.register.failure': ['failure', 'A new passkey was refused'],
  'passkey.rename': ['success', 'Renamed a passkey'],
  'passkey.delete': ['success', 'Removed a passkey'],
  'passkey.delete-blocked-last': ['failure', 'Kept the last passkey from being removed'],
  'passkey.delete-blocked-on-hold': ['failure', 'Kept an older passkey from being removed after a recovery'],
  'passkey.counter-regression': ['failure', 'A passkey answered out of order and may have been copied'],
  'passkey.be-changed': ['failure', 'A passkey changed whether it can be synced and was refused'],
  'passkey.backup-changed': ['success', 'A passkey changed whether it is synced'],
  'passkey.uv-initialized': ['success', 'A passkey now counts as two factors'],
  'password.changed': ['success', 'Set a password'],
  'password.removed': ['success', 'Removed the password'],
  'totp.enabled': ['success', 'Turned two-step sign-in on'],
  'totp.disabled': ['success', 'Two-step sign-in was turned off'],
  'recovery-codes.renewed': ['success', 'Made new recovery codes'],
  'recovery.requested': ['success', 'Asked for a recovery link'],
  'recovery.completed': ['success', 'Got back in with a recovery link'],
  'recovery.cancelled': ['success', 'Undid what came of a recovery link'],
  'recovery.break-glass': ['success', 'A recovery link was made on the server'],
  'recovery.failure': ['failure', 'A recovery link was refused'],
  'email.change-requested': ['success', 'Asked for a link to confirm an address'],
  'email.confirmed': ['success', 'Confirmed the address'],
  'email.changed': ['success', 'Changed the address'],
  'profile.renamed': ['success', 'Changed the name'],
  'profile.region-changed': ['success', 'Changed language or time zone'],
  'export.created': ['success', 'Exported the account'],
  'account.deleted': ['success', 'Deleted the account'],
  'session.created': ['success', 'A session began'],
  'session.revoked': ['success', 'A session was ended'],
  'sign-up.requested': ['success', 'Asked for an account'],
  'account.created': ['success', 'Created the account'],
  'invitation.created': ['success', 'Invited somebody'],
  'enrolment.failure': ['failure', 'A sign-up link was refused'],
  'bootstrap.admin-created': ['success', 'Became the first administrator'],
  'admin.user-disabled': ['success', 'The account was disabled'],
  'admin.user-enabled': ['success', 'The account was enabled'],
  'admin.recovery-link': ['success', 'An administrator made a recovery link'],
  'admin.address-vouched': ['success', 'An administrator vouched for the address'],
  'admin.role-changed': ['success', 'The role was changed'],
  'admin.settings-changed': ['success', 'The settings were changed'],
  'admin.client-created': ['success', 'Registered an app'],
  'admin.client-changed': ['success', 'Changed an app'],
  'admin.client-secret-rotated': ['success', 'Gave an app a new secret'],
  'admin.client-deleted': ['success', 'Deleted an app'],
  'admin.group-changed': ['success', 'Changed a group'],
  'admin.api-key-created': ['success', 'Made an API key'],
  'admin.api-key-revoked': ['success', 'Ended an API key'],
  'admin.audit-read': ['success', 'Looked at the audit'],
  'admin.keys-rotated': ['success', 'Made new signing keys'],
  'client.authorized': ['success', 'Signed in to an app'],
  'client.consented': ['success', 'Let an app have data'],
  'client.denied': ['failure', 'Refused an app'],
  'client.withdrawn': ['success', 'Withdrew what an app could have'],
  'client.token-issued': ['success', 'An app got a token'],
  'client.token-refreshed': ['success', 'An app renewed its token'],
  'client.token-revoked': ['success', 'An app gave a token back'],
  'client.auth-failure': ['failure', 'An app could not prove to be itself'],
  'client.grant-refused': ['failure', 'A code or a token of an app was refused'],
  'client.address-refused': ['failure', 'An app was asked for with an address that is not its own'],
  'client.refused': ['failure', 'An app is not for this account'],
  'client.replay': ['failure', 'An app used a code or a token twice, and lost what it had'],
  'client.logout': ['success', 'Signed out from an app'],
  'client.told-of-logout': ['success', 'An app was told of the end of a session'],
  'client.logout-undelivered': ['failure', 'An app could not be told of the end of a session'],
  'mail.undelivered': ['failure', 'An e-mail could not be delivered'],
  'authz.denied': ['failure', 'Access was denied'],
  'csrf.blocked': ['failure', 'A request from another site was blocked'],
  'rate-limit.exceeded': ['failure', 'Too many attempts'],
} as const satisfies Record<string, readonly ['success' | 'failure', string]>;

export type AuditType = keyof typeof auditTypes;

/**
 * What else there is to know of an event, in data and never in a sentence: `details` is held to these when it is written. A
 * type without a line has none. Older rows may have less, or the same in `reason`.
 */
export const detailSchemas = {
  'admin.api-key-created': z.strictObject({ name: z.string(), permissions: z.array(z.string()) }),
  'admin.api-key-revoked': z.strictObject({ name: z.string() }),
  'admin.audit-read': z.strictObject({
    type: z.string().optional(),
    outcome: z.string().optional(),
    actorId: z.string().optional(),
    subjectId: z.string().optional(),
    targetId: z.string().optional(),
    clientId: z.string().optional(),
  }),
  'admin.group-changed': z.strictObject({
    change: z.enum(['created', 'renamed', 'deleted', 'added', 'removed']),
    name: z.string().optional(),
  }),
  'admin.role-changed': z.strictObject({ role: z.enum(['member', 'administrator']) }),
  'admin.settings-changed': z.strictObject({ passkeyIsTwoFactors: z.boolean() }),
  'client.consented': z.strictObject({ scopes: z.array(z.string()) }),
  'client.token-issued': z.strictObject({ grantType: z.string() }),
  'client.withdrawn': z.strictObject({ people: z.int() }).optional(),
} as const satisfies Partial<Record<AuditType, z.ZodType<Details | undefined>>>;

export type Details = Record<string, string | number | boolean | string[] | undefined>;

type Schemas = typeof detailSchemas;
type Detailed = keyof Schemas;
type DetailsOf<T extends Detailed> = z.input<Schemas[T]>;
type WithDetails<T extends Detailed> =
  undefined extends DetailsOf<T> ? { details?: DetailsOf<T> } : { details: DetailsOf<T> };

/** What the events of extensions are about: the `device` of a `device.added`. */
type ExtensionNoun = keyof typeof extensionEvents extends `${infer Noun}.${string}` ? Noun : never;

/** To whom it happened and with what. Names of things only: never a code, a token, a challenge or a key. */
type About = {
  /** Why, in a word of the service. */
  reason?: string;
  actorId?: string | null;
  subjectId?: string | null;
  passkeyId?: string | null;
  sessionId?: string | null;
  clientId?: string | null;
  /** What it was done to, where that is none of those. */
  target?: { type: 'group' | 'api-key' | ExtensionNoun; id: string };
  /** By which API key, or in which session where `sessionId` is the one that it was done to; stored with the details. */
  means?: { apiKey: string } | { bySession: string };
};

/** An event of a type that has no details. */
export type PlainEvent = About & { type: Exclude<AuditType, Detailed>; details?: undefined };

/** What happened, to whom and with what. */
export type AuditEvent = PlainEvent | { [T in Detailed]: About & { type: T } & WithDetails<T> }[Detailed];

/** What an event has beside its type; optional for a type without details. */
export type AboutEvent<T extends AuditType> = T extends Detailed
  ? [about: Omit<About, 'means'> & WithDetails<T>]
  : [about?: Omit<About, 'means'>];

/** The details of an event as they are stored; what does not fit its type throws. */
export function storedDetails(event: AuditEvent): Details | undefined {
  const schema: z.ZodType<Details | undefined> =
    event.type in detailSchemas ? detailSchemas[event.type as Detailed] : z.undefined();
  const details = schema.parse(event.details);
  return details || event.means ? { ...details, ...event.means } : undefined;
}

/** Who acted and to whom it happened, where that is the same user. */
export const byOwner = (userId: string | undefined) => ({ actorId: userId, subjectId: userId });
