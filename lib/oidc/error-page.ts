import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { config } from '@/lib/config';
import { currentEngineContext } from './engine-context';

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
 * §4.11). It is written by hand, because the engine answers here, with the status of the error, and no page of ours; it
 * loads nothing, and looks like those around it.
 */
export const renderError: Configuration['renderError'] = (ctx: KoaContextWithOIDC, out) => {
  ctx.type = 'html';
  ctx.set(
    'content-security-policy',
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
  );
  const chosen = ctx.cookies.get('theme', { signed: false }) ?? '';
  const error = { code: String(out.error), description: String(out.error_description ?? '') };
  ctx.body = page(
    error,
    currentEngineContext()?.context?.requestId,
    ['light', 'dark'].includes(chosen) ? chosen : 'light dark',
  );
};

type Shown = { code: string; description: string };

const page = ({ code, description }: Shown, requestId: string | undefined, scheme: string) => `<!doctype html>
<html lang="en" style="color-scheme: ${scheme}; --accent: ${config.accentColor}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>This sign-in cannot go on · ${escaped(config.webauthn.rpName)}</title>
<style>${style}</style>
</head>
<body>
<header>${mark}${escaped(config.webauthn.rpName)}</header>
<main>
<h1>This sign-in cannot go on</h1>
<p>${escaped(sentences[code] ?? 'The app that sent you here asked for something that is not possible.')} Go back to the app and try again; if it stays so, tell the people who run it.</p>
<p class="quiet">For them: <code>${escaped(code)}</code>${description ? `, ${escaped(description)}` : ''}${requestId ? `<br>Reference <code>${escaped(requestId)}</code>` : ''}</p>
<a class="button" href="/account">Go to your account</a>
</main>
</body>
</html>
`;

const mark =
  '<svg viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="8"/><g><circle cx="12.5" cy="10" r="4.25"/><path d="M12.5 16v9.5H22M14.5 20.25h4"/></g></svg>';

/** The values of app/globals.css and of the card in components/layout/sign-in-shell.tsx. */
const style = `
html {
  --on-accent: oklch(from var(--accent) clamp(0, (0.65 - l) * 1000, 1) 0 0);
  --surface: light-dark(oklch(1 0 0), oklch(0.208 0.007 255));
  --muted: light-dark(oklch(0.465 0.014 250), oklch(0.735 0.01 248));
  background: var(--surface);
  color: light-dark(oklch(0.225 0.014 250), oklch(0.945 0.004 240));
  font: 100%/1.5 -apple-system, BlinkMacSystemFont, "Segoe UI Variable Text", "Segoe UI", Roboto, "Noto Sans", Ubuntu, Cantarell, "Liberation Sans", system-ui, sans-serif;
}
body { margin: 0 auto; max-width: 26rem; padding: 2.5rem 1.25rem; overflow-wrap: anywhere }
header { display: flex; align-items: center; gap: .625rem; margin-bottom: 2rem; font-size: 1.125rem; font-weight: 600; letter-spacing: -.025em }
svg { width: 2rem; height: 2rem; fill: var(--accent) }
g { fill: none; stroke: var(--on-accent); stroke-width: 3; stroke-linecap: square }
h1 { margin: 0 0 .375rem; font-size: 1.5rem; line-height: 1.333; letter-spacing: -.025em; font-weight: 600 }
p { margin: 0 0 1.25rem; color: var(--muted) }
.quiet { font-size: .875rem }
code { font-family: ui-monospace, "SF Mono", "Cascadia Mono", "Roboto Mono", "Liberation Mono", monospace }
.button { display: block; padding: .75rem 1rem; border-radius: .5rem; text-align: center; font-weight: 500; text-decoration: none; background: var(--accent); color: var(--on-accent) }
.button:hover { background: color-mix(in oklab, var(--accent) 87%, oklch(from var(--on-accent) calc(1 - l) 0 0)) }
.button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
@media (min-width: 40rem) {
  html { background: light-dark(oklch(0.976 0.003 240), oklch(0.172 0.006 255)) }
  body { padding-top: max(3rem, 11vh) }
  header { justify-content: center }
  main { padding: 2.25rem; border: 1px solid light-dark(oklch(0.908 0.005 240), oklch(0.305 0.009 255)); border-radius: .875rem; background: var(--surface) }
}
`;
