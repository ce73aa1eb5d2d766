import { z } from 'zod';
import { displayName } from '@/lib/display-name';
import { rowId } from '@/lib/row-id';

/** base64url without padding, of at most this many bytes (WebAuthn §5.8.1). */
const base64url = (bytes: number) =>
  z
    .string()
    .min(1)
    .max(Math.ceil((bytes * 4) / 3))
    .regex(/^[A-Za-z0-9_-]+$/)
    .refine((text) => text.length % 4 !== 1);

const credentialId = base64url(1023);
const clientDataJSON = base64url(8 * 1024);

// The client's own remarks: taken as hints, stored for display, never believed (trap T11).
const remarks = {
  type: z.literal('public-key'),
  authenticatorAttachment: z.enum(['platform', 'cross-platform']).nullish().catch(null),
  clientExtensionResults: z
    .object({ credProps: z.object({ rk: z.boolean().optional() }).optional() })
    .optional()
    .catch(undefined),
};

const sameId = ({ id, rawId }: { id: string; rawId: string }) => id === rawId;

/** The JSON form of a registration (WebAuthn §5.1.8); members that we do not use are dropped. */
export const registrationCredential = z
  .object({
    ...remarks,
    id: credentialId,
    rawId: credentialId,
    response: z.object({
      clientDataJSON,
      attestationObject: base64url(32 * 1024),
      transports: z
        .array(z.string().regex(/^[a-z-]{1,32}$/))
        .max(12)
        .optional()
        .catch(undefined),
    }),
  })
  .refine(sameId);

/** The JSON form of an authentication (WebAuthn §5.1.8). */
export const authenticationCredential = z
  .object({
    ...remarks,
    id: credentialId,
    rawId: credentialId,
    response: z.object({
      clientDataJSON,
      authenticatorData: base64url(8 * 1024),
      signature: base64url(2 * 1024),
      // Some password managers send an empty one where they have none.
      userHandle: z.union([z.literal('').transform(() => null), base64url(64)]).nullish(),
    }),
  })
  .refine(sameId);

export type RegistrationCredential = z.infer<typeof registrationCredential>;
export type AuthenticationCredential = z.infer<typeof authenticationCredential>;

export const registrationAnswer = z.object({
  challengeId: rowId,
  credential: registrationCredential,
  name: z
    .string()
    .transform((name) => name.trim() || undefined)
    .pipe(displayName.optional())
    .optional(),
});
export const authenticationAnswer = z.object({ challengeId: rowId, credential: authenticationCredential });
