/**
 * Where to go on after signing in: a path of ours, canonicalised once, or `/account`.
 * Everything that could leave the origin (`//host`, a backslash, a scheme, control characters) is refused.
 */
export function safeReturnTo(path: string | null | undefined) {
  const fallback = '/account';
  if (!path?.startsWith('/') || path.length > 2000) return fallback;

  const base = 'http://latchkey.invalid';
  const url = URL.canParse(path, base) ? new URL(path, base) : undefined;
  if (url?.origin !== base) return fallback;
  const canonical = url.pathname + url.search + url.hash;
  return canonical.startsWith('//') ? fallback : canonical;
}
