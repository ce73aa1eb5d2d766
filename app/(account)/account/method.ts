/** How a session began, in words, from the methods that it remembers (RFC 8176; "mail" is ours). */
export function describeMethod(amr: string[]) {
  if (amr.includes('pwd')) return amr.includes('otp') ? 'with the password and a code' : 'with the password';
  if (amr.includes('cli')) return 'with a link from the server';
  if (amr.includes('mail')) return amr.includes('otp') ? 'with a recovery link and a code' : 'with a recovery link';
  return amr.includes('otp') ? 'with a passkey and a code' : 'with a passkey';
}
