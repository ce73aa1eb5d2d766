// What the app is told. Everything else about Latchkey it learns from the issuer's discovery document.
const { ISSUER, CLIENT_ID, CLIENT_SECRET, PORT = '4000', APP_URL = `http://localhost:${PORT}` } = process.env;

for (const [name, value] of Object.entries({ ISSUER, CLIENT_ID, CLIENT_SECRET })) {
  if (value) continue;
  console.error(`${name} is not set. README.md says what it is; \`npm run example\` sets it by itself.`);
  process.exit(1);
}

export const port = Number(PORT);
/** Where people open this app. The addresses that are registered at Latchkey begin with it. */
export const address = new URL(APP_URL).origin;
export const redirectUri = `${address}/callback`;
export const postLogoutRedirectUri = `${address}/signed-out`;
export const client = { issuer: new URL(ISSUER), id: CLIENT_ID, secret: CLIENT_SECRET };
