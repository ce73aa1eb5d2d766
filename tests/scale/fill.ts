/** Runs one statement. */
export type Run = (statement: string) => Promise<unknown>;

const id = (kind: number, n = 'n') => `('${kind}0000000-0000-4000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`;
/** Anywhere among all others, as what is random is. */
const person = (n = 'n') => `md5('person ' || ${n})::uuid`;
/** As `uuid_v7()` would have made it long ago. */
const timeOrderedId = (kind: number, n = 'n') =>
  `('0100000${kind}-0000-7000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`;
const hash = (of: string, n = 'n') => `'${of}' || lpad((${n})::text, ${43 - of.length}, '0')`;
/** Spread over the last year; what ends, a week from then. */
const past = `now() - (n % 31536000) * interval '1 s'`;
const soon = `now() + (n % 600000 + 60) * interval '1 s'`;
const DUE = 2_500;
/** The first of a table have ended, as many as a purge takes in three slices. */
const ending = (live: string, ended = `now() - interval '3 days'`) =>
  `case when n <= ${DUE} then ${ended} - n * interval '1 ms' else ${live} end`;

/** At least a thousand, so that a small installation is one that lives; never more than there are people. */
const every = (share: number, size: number) => Math.max(Math.min(size, 1_000), Math.round(size * share));

/** How many rows each table gets beside so many passkeys, and what is in them; `u` spreads its rows over the people. */
const tables = (size: number): [table: string, rows: number, columns: Record<string, string>][] => [
  [
    'users',
    size,
    {
      id: person(),
      handle: `decode(lpad(to_hex(n), 128, '0'), 'hex')`,
      email: `'person' || n || '@example.com'`,
      name: `'Person ' || n`,
      username: `'person' || n`,
      role: `case when n % ${Math.ceil(size / 5)} = 0 then 'administrator' else 'member' end`,
      email_verified_at: past,
      created_at: past,
    },
  ],
  [
    'passkeys',
    size,
    {
      id: id(2),
      user_id: person('u'),
      credential_id: hash('credential'),
      public_key: `decode(lpad(to_hex(n), 154, '0'), 'hex')`,
      aaguid: `'00000000-0000-0000-0000-000000000000'`,
      sign_count: '0',
      transports: `'{internal,hybrid}'`,
      name: `'iCloud Keychain'`,
      backup_eligible: 'true',
      backup_state: 'true',
      uv_initialized: 'true',
      attestation_format: `'none'`,
      created_at: past,
    },
  ],
  ['passwords', every(0.05, size), { user_id: person('u'), hash: `repeat('p', 97)` }],
  [
    'totp_secrets',
    every(0.05, size),
    { user_id: person('u'), secret: `decode(repeat('00', 48), 'hex')`, key_id: `'k'`, confirmed_at: past },
  ],
  ['recovery_codes', every(0.05, size), { id: id(3), user_id: person('u'), selector: `'s'`, hash: hash('code') }],
  ['known_browsers', every(0.5, size), { user_id: person('u'), browser_hash: hash('browser'), last_seen_at: past }],
  [
    'sessions',
    size,
    {
      id: timeOrderedId(4),
      token_hash: hash('token'),
      user_id: person('u'),
      passkey_id: id(2),
      amr: `'{hwk,user,mfa}'`,
      acr: `'phr'`,
      auth_time: past,
      address: `'203.0.113.7'`,
      browser: `'Chrome on macOS'`,
      last_seen_at: `now() - (n % 3000) * interval '1 s'`,
      ends_at: ending(soon),
    },
  ],
  [
    'challenges',
    Math.min(200_000, every(0.02, size)),
    {
      id: timeOrderedId(5),
      value: hash('challenge'),
      purpose: `'authenticate'`,
      browser_hash: hash('browser'),
      user_verification: 'true',
      discoverable: 'true',
      expires_at: `now() + (n % 300 + 60) * interval '1 s'`,
    },
  ],
  [
    'audit_events',
    every(0.5, size),
    {
      id: timeOrderedId(6),
      at: ending(past, `now() - interval '3 years'`),
      type: `case when n % 2 = 0 then 'session.created' else 'auth.passkey.success' end`,
      outcome: `'success'`,
      actor_id: person('u'),
      subject_id: person('u'),
      session_id: timeOrderedId(4, 'u'),
      client_id: `case when n % 100 = 0 then 'app-' || (n % 20) end`,
      address: `'203.0.113.7'`,
      browser: `'Chrome on macOS'`,
      request_id: `'00000000-0000-4000-8000-000000000000'`,
    },
  ],
  [
    'clients',
    20,
    {
      id: `'app-' || (n - 1)`,
      name: `'App ' || n`,
      auth_method: `'none'`,
      redirect_uris: `'{https://app.example.com/callback}'`,
      post_logout_redirect_uris: `'{}'`,
      scopes: `'{openid}'`,
      grant_types: `'{authorization_code}'`,
    },
  ],
  ['groups', 20, { id: id(7), name: `'Group ' || n` }],
  ['group_members', every(0.1, size), { group_id: id(7, 'n % 20 + 1'), user_id: person('u') }],
  ['client_groups', 10, { client_id: `'app-' || (n - 1)`, group_id: id(7) }],
  [
    'grants',
    every(0.1, size),
    { user_id: person('u'), client_id: `'app-' || (n % 20)`, scopes: `'{openid}'`, claims: `'{}'` },
  ],
  [
    'session_clients',
    every(0.1, size),
    { session_id: timeOrderedId(4, 'u'), client_id: `'app-' || (n % 20)`, sid: hash('sid') },
  ],
  [
    'oidc_artifacts',
    every(0.2, size),
    {
      id_hash: hash('artifact'),
      model: `'RefreshToken'`,
      key_id: `'k'`,
      payload: `decode(repeat('00', 400), 'hex')`,
      grant_hash: hash('grant', 'n / 2'),
      client_id: `'app-' || (n % 20)`,
      user_id: person('u'),
      session_id: timeOrderedId(4, 'u'),
      expires_at: ending(soon),
    },
  ],
  [
    'one_time_tokens',
    every(0.02, size),
    {
      id: id(8),
      token_hash: hash('link'),
      purpose: `'recover'`,
      email: `'person' || n || '@example.com'`,
      user_id: person('u'),
      expires_at: ending(soon),
    },
  ],
  [
    'pending_sign_ins',
    every(0.01, size),
    {
      id: id(9),
      token_hash: hash('pending'),
      browser_hash: hash('browser'),
      user_id: person('u'),
      amr: `'{pwd}'`,
      acr: `'1'`,
      expires_at: ending(soon),
    },
  ],
  ['rate_limits', every(0.02, size), { key: hash('ceremony'), points: '1', expire: ending(soon) }],
  [
    'factor_failures',
    every(0.02, size),
    {
      key: hash('password'),
      failures: '1 + n % 9',
      blocked_until: past,
      last_at: ending('now()', `now() - interval '60 days'`),
    },
  ],
  [
    'outbox',
    every(0.01, size),
    {
      kind: `case when n % 50 = 0 then 'email' else 'logout-notice' end`,
      recipient: `case when n % 50 = 0 then 'person' || n || '@example.com' end`,
      payload: `'{}'`,
      next_at: `now() - n * interval '1 ms'`,
      attempts: '1',
      last_error: `case when n % 3 = 0 then 'refused' end`,
      failed_at: `case when n % 3 = 0 then now() - n % 20 * interval '1 day' end`,
    },
  ],
  [
    'idempotent_answers',
    every(0.01, size),
    { actor: hash('actor'), key: `'k'`, request: `''`, created_at: ending('now()') },
  ],
  [
    'api_keys',
    20,
    { id: id(1), name: `'Key ' || n`, digest: hash('key'), permissions: `'{}'`, addresses: `'{}'`, expires_at: soon },
  ],
];

/** Writes people and all that hangs on them by SQL, beside what is there. The indexes that can wait are made afterwards. */
export async function fill(run: Run, size: number, { isLoad = false } = {}) {
  for (const [table, rows, columns] of tables(size)) {
    const names = Object.keys(columns).join(', ');
    const insert = `insert into ${table} (${names}) select ${Object.values(columns).join(', ')} from (select n, (n - 1) * ${Math.max(1, Math.floor(size / rows))} + 1 as u from generate_series(1, ${rows}) n) as numbers`;
    const load = `set local session_replication_role = replica; ${insert};`;
    if (isLoad) await run(withoutIndexes(table, load));
    else await run(`do $$ begin ${load} end $$`);
  }
  await run(isLoad ? 'vacuum analyze' : 'analyze');
}

/** Nothing is logged of the rows, and an index made at once takes a fraction of the time of one that grows with them. */
const withoutIndexes = (table: string, load: string) => `do $$ declare made text[]; one record; begin
  select array_agg(indexdef) into made from pg_indexes where tablename = '${table}' and schemaname = current_schema()
    and indexname not in (select conname from pg_constraint);
  for one in select indexname from pg_indexes where tablename = '${table}' and indexdef = any(made)
    loop execute format('drop index %I', one.indexname); end loop;
  ${load}
  for n in 1 .. coalesce(array_length(made, 1), 0) loop execute made[n]; end loop;
end $$`;
