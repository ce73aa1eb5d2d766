// The pages. `html` escapes every value, so that nothing that comes from outside can be markup.
import { client } from './settings.mjs';

class Markup {
  constructor(text) {
    this.text = text;
  }
}

function html(parts, ...values) {
  const shown = values.map((value) => [value].flat(Infinity).map(asText).join(''));
  return new Markup(String.raw({ raw: parts }, ...shown));
}

function asText(value) {
  if (value instanceof Markup) return value.text;
  return String(value ?? '').replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const page = (title, content) =>
  html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title} · Example app</title>
    <link rel="icon" href="/icon.svg">
    <link rel="stylesheet" href="/style.css">
  </head>
  <body>
    <header><img src="/icon.svg" alt="" width="24" height="24"> Example app</header>
    <main>${content}</main>
  </body>
</html>
`.text;

const signInLink = html`<p><a class="button" href="/sign-in">Sign in with Latchkey</a></p>`;

export const homePage = (notice) =>
  page(
    'Welcome',
    html`
      ${notice ? html`<p class="notice" role="status">${notice}</p>` : ''}
      <h1>An app without passwords</h1>
      <p class="lead">It keeps no passwords and no passkeys. It asks Latchkey who you are.</p>
      ${signInLink}
      <details>
        <summary>What happens when you press it</summary>
        <ol>
          <li>This app sends your browser to <code>${client.issuer.host}</code>.</li>
          <li>You sign in there, and say whether the app may know your name.</li>
          <li>Your browser comes back with a code, which the app’s server exchanges for an ID token.</li>
        </ol>
      </details>
    `,
  );

export const messagePage = (title, text) =>
  page(
    title,
    html`
      <h1>${title}</h1>
      <p class="lead">${text}</p>
      ${signInLink}
    `,
  );

export const personPage = (claims) =>
  page(
    claims.name ?? 'Signed in',
    html`
      <h1>Hello, ${claims.name ?? claims.sub}</h1>
      <p class="lead">Latchkey says that this is you.</p>
      <dl>${facts(claims).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
      <form method="post" action="/sign-out">
        <button class="button">Sign out everywhere</button>
        <p class="hint">Ends your session here and at Latchkey, which tells your other apps.</p>
      </form>
      <details>
        <summary>The whole ID token</summary>
        <pre tabindex="0">${JSON.stringify(claims, null, 2)}</pre>
      </details>
    `,
  );

const strengths = {
  phrh: 'with a passkey that cannot leave its device',
  phr: 'with a passkey',
  aal2: 'with two factors',
  aal1: 'with one factor',
};

const code = (values) => values.map((value) => html` <code>${value}</code>`);

function facts({ email, email_verified, acr, amr = [], groups = [], auth_time }) {
  return [
    ['E-mail', [email ?? 'not given', email_verified ? html` <small>confirmed</small>` : '']],
    ['Proven', [strengths[acr] ?? 'in a way of its own', code([acr, ...amr].filter(Boolean))]],
    [
      'Since',
      auth_time ? `${new Date(auth_time * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC` : 'not given',
    ],
    ['Groups', groups.length ? groups.join(', ') : 'none'],
  ];
}
