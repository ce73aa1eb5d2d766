import {
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
  SettingsService,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { cose, decodeAttestationObject, decodeCredentialPublicKey, isoBase64URL } from '@simplewebauthn/server/helpers';
import { config } from '@/lib/config';
import { log } from '@/lib/log';
import { fail, ok } from '@/lib/result';
import { algorithms, checkPublicKey } from './public-key';
import type { AuthenticationCredential, RegistrationCredential } from './schemas';
import { giveDirectCrypto } from './web-crypto';

giveDirectCrypto();

// Attestation raises no trust here, so there are no anchors: with them the library would fetch revocation lists (trap T9).
for (const identifier of ['android-key', 'android-safetynet', 'apple', 'fido-u2f', 'packed', 'tpm', 'mds'] as const) {
  SettingsService.setRootCertificates({ identifier, certificates: [] });
}

/** What a ceremony demanded when it began; kept by the server, never taken from the answer. */
export type Demands = { value: string; userVerification: boolean; conditional: boolean };

export type VerifiedRegistration = Extract<Awaited<ReturnType<typeof verifyRegistration>>, { ok: true }>['value'];

/** Verifies a registration (WebAuthn §7.1 steps 3 to 25). Any flaw is one refusal; the library's words go to the debug log. */
export async function verifyRegistration(credential: RegistrationCredential, demands: Demands) {
  const unfit =
    checkFrame(credential.response.clientDataJSON) ?? checkAttestation(credential.response.attestationObject);
  if (unfit) return fail(unfit);
  const verified = await attempt(() =>
    verifyRegistrationResponse({
      ...expected(demands),
      response: credential as RegistrationResponseJSON,
      requireUserPresence: !demands.conditional,
      supportedAlgorithmIDs: algorithms,
    }),
  );
  if (!verified?.verified) return fail('not_verified');

  const { registrationInfo: info } = verified;
  const idBytes = isoBase64URL.toBuffer(info.credential.id).length;
  if (info.credential.id !== credential.id || idBytes < 1 || idBytes > 1023) return fail('id_mismatch');
  if (isInconsistent(info)) return fail('attestation_inconsistent');
  const problem = checkPublicKey(info.credential.publicKey);
  if (problem) return fail(problem);

  return ok({
    credentialId: info.credential.id,
    publicKey: info.credential.publicKey,
    signCount: info.credential.counter,
    aaguid: info.aaguid,
    userVerified: info.userVerified,
    backupEligible: info.credentialDeviceType === 'multiDevice',
    backupState: info.credentialBackedUp,
    attestationFormat: info.fmt,
    attestationObject: info.attestationObject,
  });
}

type StoredKey = { credentialId: string; publicKey: Uint8Array<ArrayBuffer> };

/**
 * Verifies an assertion against a stored key (WebAuthn §7.2 steps 7 to 21). The library compares counters before the
 * signature, so that anybody could cause a "regression"; it is given 0, and the caller compares afterwards (trap T4).
 */
export async function verifyAssertion(credential: AuthenticationCredential, demands: Demands, key: StoredKey) {
  const unfit = checkFrame(credential.response.clientDataJSON);
  if (unfit) return fail(unfit);
  const verified = await attempt(() =>
    verifyAuthenticationResponse({
      ...expected(demands),
      response: credential as AuthenticationResponseJSON,
      credential: { id: key.credentialId, publicKey: key.publicKey, counter: 0 },
    }),
  );
  if (!verified?.verified) return fail('not_verified');

  const { authenticationInfo: info } = verified;
  return ok({
    signCount: info.newCounter,
    userVerified: info.userVerified,
    backupEligible: info.credentialDeviceType === 'multiDevice',
    backupState: info.credentialBackedUp,
  });
}

const expected = ({ value, userVerification }: Demands) => ({
  expectedChallenge: value,
  expectedOrigin: config.webauthn.origins,
  expectedRPID: config.webauthn.rpId,
  requireUserVerification: userVerification,
});

/** Embedding is never configured, so a cross-origin frame is refused, which the library leaves out (trap T1, §7.1 s10 to 11). */
function checkFrame(clientDataJSON: string) {
  try {
    const { crossOrigin, topOrigin } = JSON.parse(new TextDecoder().decode(Buffer.from(clientDataJSON, 'base64url')));
    const embedded = (crossOrigin !== undefined && crossOrigin !== false) || topOrigin !== undefined;
    return embedded ? 'cross_origin' : undefined;
  } catch {
    return 'client_data_malformed';
  }
}

/**
 * For one format the library follows revocation addresses out of the answer's own certificates (trap T9), and a
 * statement that is no map at all passes its test for an empty one (§8.7).
 */
function checkAttestation(attestationObject: string) {
  try {
    const object = decodeAttestationObject(isoBase64URL.toBuffer(attestationObject));
    const format: unknown = object.get('fmt');
    if (format === 'android-key') return 'attestation_not_supported';
    return object.get('attStmt') instanceof Map ? undefined : 'attestation_malformed';
  } catch {
    return 'attestation_malformed';
  }
}

type Attested = {
  fmt: string;
  attestationObject: Uint8Array<ArrayBuffer>;
  credential: { publicKey: Uint8Array<ArrayBuffer> };
};

/** A self attestation names the algorithm of the very key that it attests, which the library does not compare (§8.2). */
function isInconsistent({ fmt, attestationObject, credential }: Attested) {
  const statement = decodeAttestationObject(attestationObject).get('attStmt');
  if (fmt !== 'packed' || statement.get('x5c')) return false;
  return statement.get('alg') !== decodeCredentialPublicKey(credential.publicKey).get(cose.COSEKEYS.alg);
}

/** The library throws plain errors for wrong answers and for its own bugs alike; both refuse (requirement C14). */
async function attempt<T>(verify: () => Promise<T>) {
  try {
    return await verify();
  } catch (error) {
    log.debug({ reason: error instanceof Error ? error.message : 'unknown' }, 'an answer was not verified');
    return undefined;
  }
}
