import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { config } from '@/lib/config';

/** In the words of whoever lands here; the code itself is for the people who run the app. */
const sentences: Record<string, string> = {
  invalid_client: 'The app that sent you here is not registered, or its settings are wrong.',
  invalid_redirect_uri: 'The app wants to be called back at an address that is not registered for it.',
  access_denied: 'The app may not be used with this account.',
  server_error: 'Something went wrong here. Nothing was changed.',
  temporarily_unavailable: 'The service cannot reach its database. Try again soon.',
};

const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/**
 * The page for what cannot be sent back to the client, because it is not known or the address is not its own (RFC 9700
 * §4.11). It is written by hand, because the engine answers here and no page of ours; it loads nothing.
 */
export const renderError: Configuration['renderError'] = (ctx: KoaContextWithOIDC, out) => {
  ctx.type = 'html';
  ctx.set(
    'content-security-policy',
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
  );
  ctx.body = page(String(out.error), String(out.error_description ?? ''));
};

const page = (error: string, description: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>This sign-in cannot go on · ${escaped(config.webauthn.rpName)}</title>
<style>
:root { color-scheme: light dark }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; background: light-dark(#f6f6f5, #131312); color: light-dark(#1b1b1a, #ededeb) }
main { max-width: 26rem; margin: 15vh auto 0; padding: 2.25rem; border-radius: 1rem; background: light-dark(#fff, #1c1c1b); border: 1px solid light-dark(#e2e2df, #363634) }
h1 { margin: 0 0 .5rem; font-size: 1.5rem; line-height: 1.25 }
p { margin: 0 0 1rem } small, code { color: light-dark(#5c5c58, #a9a9a4) } a { color: inherit }
</style>
</head>
<body>
<main>
<h1>This sign-in cannot go on</h1>
<p>${escaped(sentences[error] ?? 'The app that sent you here asked for something that is not possible.')} Go back to the app and try again; if it stays so, tell the people who run it.</p>
<p><small>For them: <code>${escaped(error)}</code>${description ? `, ${escaped(description)}` : ''}</small></p>
<p><a href="/account">Go to your account</a></p>
</main>
</body>
</html>
`;
