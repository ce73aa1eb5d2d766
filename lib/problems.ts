import { type catalogue, message } from './messages';

/** Every refusal: its HTTP status, and the field of the input that it is about, if it is about one. */
const problems = {
  invalid_request: [400],
  registration_failed: [400],
  session_required: [401],
  authentication_failed: [401],
  unknown_credential: [401],
  passkey_changed: [401],
  enrolment_required: [401],
  origin_not_allowed: [403],
  forbidden: [403],
  signed_in: [403],
  not_administrator: [403],
  step_up_required: [403],
  stronger_proof_required: [403],
  on_hold: [403],
  another_account: [403],
  not_found: [404],
  method_not_allowed: [405],
  challenge_spent: [409],
  credential_exists: [409],
  too_many_passkeys: [409],
  last_way_in: [409],
  too_large: [413],
  unsupported_media_type: [415],
  too_many_requests: [429],
  internal: [500],
  unavailable: [503],
  group_name_taken: [409, 'name'],
  group_not_found: [404],
  group_in_use: [409],
  group_member_not_found: [404],
  client_id_taken: [409, 'id'],
  client_group_gone: [409, 'groups'],
  client_not_found: [404],
  client_without_secret: [409],
  signing_keys_pending: [409],
  api_key_invalid: [401],
  api_key_name_taken: [409, 'name'],
  api_key_not_found: [404],
  session_not_found: [404],
  user_not_found: [404],
  user_is_administrator: [409],
  administrator_out_of_reach: [403],
  last_administrator: [409],
  address_taken: [409, 'email'],
  invitations_closed: [403],
  mail_required: [409],
  address_not_confirmed: [409],
  address_not_vouched: [409],
  own_address: [409],
  own_passkey: [409],
  passkey_not_found: [404],
  idempotency_key_reused: [422],
  user_address_unknown: [404, 'email'],
  no_mail: [409],
  too_many_emails: [429],
  confirmation_mismatch: [400],
  link_expired: [410],
  cancel_link_expired: [410],
  address_missing: [400, 'email'],
  sign_up_closed: [403],
  password_too_short: [400, 'password'],
  password_too_long: [400, 'password'],
  password_not_text: [400, 'password'],
  password_common: [400, 'password'],
  password_about_you: [400, 'password'],
  password_pattern: [400, 'password'],
  busy: [503],
  totp_enabled: [409],
  totp_not_enabled: [409],
  totp_code_malformed: [400],
  totp_code_wrong: [409],
  grant_not_found: [404],
  interaction_over: [410],
  sign_out_not_understood: [400],
  device_code_expired: [410],
  factor_wrong: [401],
  factor_malformed: [400],
  code_required: [400],
  sign_in_expired: [410],
} as const satisfies Record<keyof typeof catalogue.problems, readonly [status: number, field?: string]>;

/** The code of a refusal, the same for forms, the API and the command line; its sentence is in `messages/en.json`. */
export type Problem = keyof typeof problems;

/** Why a factor that can be guessed was refused, and for how many seconds where there were too many attempts. */
export type FactorRefusal =
  | { problem: 'factor_wrong' | 'factor_malformed' | 'busy' | 'sign_in_expired' | 'code_required' }
  | { problem: 'too_many_requests'; seconds: number };

/** The HTTP status of a refusal, its sentence, and the field of the input that it is about. */
export function describeProblem(problem: Problem): { status: number; message: string; field?: string } {
  const [status, field] = problems[problem] as readonly [number, string?];
  return { status, message: message(`problems.${problem}`), ...(field && { field }) };
}
