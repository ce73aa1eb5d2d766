/** Where an app is at home, by the first address that people are sent back to. */
export function hostOf([uri]: string[]) {
  if (!uri || !URL.canParse(uri)) return undefined;
  return new URL(uri).host || new URL(uri).protocol;
}

/** The kind of an app, by how it authenticates and gets its tokens. */
export function kindOf({ authMethod, grantTypes }: { authMethod: string; grantTypes: string[] }) {
  const forPeople =
    grantTypes.includes('authorization_code') || grantTypes.some((grant) => grant.endsWith('device_code'));
  if (!forPeople) return 'works by itself';
  if (authMethod === 'none') return 'browser, phone or desktop';
  return authMethod === 'private_key_jwt' ? 'server with a key' : 'server with a secret';
}
