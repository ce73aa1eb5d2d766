type Profile = {
  name: string;
  username: string | null;
  locale: string | null;
  zoneinfo: string | null;
  updatedAt: Date;
};

/** The claims of the scope `profile` (OpenID Connect Core §5.1); what is not known is left out. */
export function profileClaims({ name, username, locale, zoneinfo, updatedAt }: Profile) {
  return {
    name,
    ...namesIn(name),
    preferred_username: username ?? undefined,
    locale: locale ?? undefined,
    zoneinfo: zoneinfo ?? undefined,
    updated_at: Math.floor(updatedAt.getTime() / 1000),
  };
}

/**
 * A name in its parts, for apps that must have two: the last word is the family name, with the small words before it
 * (`van`, `da`). People have one name here, so this is a guess; what is one word has no family name.
 */
function namesIn(name: string) {
  const [, given_name, family_name] = /^(.*?\S)\s+((?:\p{Ll}\S*\s+)*\S+)$/u.exec(name) ?? [];
  return given_name ? { given_name, family_name } : { given_name: name };
}

/** The language that a browser would like best, as a BCP 47 tag; nothing where it names none (RFC 9110 §12.5.4). */
export function preferredLocale(acceptLanguage: string) {
  const wanted = acceptLanguage
    .slice(0, 500)
    .split(',')
    .map((one) => {
      const [tag = '', weight] = one.trim().split(/\s*;\s*q=/);
      return { tag, weight: weight === undefined ? 1 : Number(weight) };
    });
  const best = wanted.filter(({ weight }) => weight > 0).sort((a, b) => b.weight - a.weight);
  return best.map(({ tag }) => canonical(tag)).find(Boolean);
}

function canonical(tag: string) {
  try {
    return tag.length <= 35 ? Intl.getCanonicalLocales(tag)[0] : undefined;
  } catch {
    return undefined;
  }
}
