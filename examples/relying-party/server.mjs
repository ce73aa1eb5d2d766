// A small app that signs people in with Latchkey. README.md says how to run it.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { cookie, isOurs, readCookie, readForm, redirect, send, sendPage } from './http.mjs';
import { beginSignIn, finishSignIn, readLogoutToken, signOutUrl } from './latchkey.mjs';
import { homePage, messagePage, personPage } from './pages.mjs';
import * as sessions from './sessions.mjs';
import { address, client, port } from './settings.mjs';

const file = (name, type) => {
  const body = readFileSync(new URL(name, import.meta.url));
  return (_, response) => send(response, 200, type, body);
};

const routes = {
  'GET /': home,
  'GET /sign-in': signIn,
  'GET /callback': callback,
  'POST /sign-out': signOut,
  'GET /signed-out': signedOut,
  'POST /backchannel-logout': backchannelLogout,
  'GET /style.css': file('style.css', 'text/css'),
  'GET /icon.svg': file('icon.svg', 'image/svg+xml'),
};

function home(request, response) {
  const id = readCookie(request, 'session');
  const session = sessions.findSession(id);
  if (session?.claims) return sendPage(response, personPage(session.claims));

  sessions.endSession(id);
  sendPage(response, homePage(session?.endedBy && 'Your session was ended at Latchkey, so it has ended here as well.'));
}

async function signIn(request, response) {
  const browser = readCookie(request, 'browser') ?? sessions.randomToken();
  const { url, checks } = await beginSignIn();
  sessions.rememberSignIn(checks.expectedState, browser, checks);
  redirect(response, url, cookie('browser', browser));
}

async function callback(request, response) {
  const answer = new URL(request.url, address);
  const checks = sessions.takeSignIn(answer.searchParams.get('state'), readCookie(request, 'browser'));
  if (!checks)
    return sendPage(response, messagePage('This sign-in is over', 'It took too long, or it was begun elsewhere.'), 400);

  try {
    const person = await finishSignIn(answer, checks);
    sessions.endSession(readCookie(request, 'session'));
    redirect(response, '/', cookie('session', sessions.startSession(person)));
  } catch (error) {
    if (error.error === 'access_denied') return sendPage(response, homePage('You did not let this app sign you in.'));
    throw error;
  }
}

/** Ends the session here first, and then at Latchkey, which tells the other apps. */
async function signOut(request, response) {
  if (!isOurs(request)) return sendPage(response, messagePage('Not from here', 'Another site sent that form.'), 403);

  const id = readCookie(request, 'session');
  const session = sessions.findSession(id);
  sessions.endSession(id);
  redirect(response, session?.idToken ? await signOutUrl(session.idToken) : '/', cookie('session', ''));
}

function signedOut(request, response) {
  if (sessions.findSession(readCookie(request, 'session'))) return redirect(response, '/');
  sendPage(response, homePage('You are signed out, here and at Latchkey.'));
}

/** Latchkey's server tells that a session has ended; no browser takes part. */
async function backchannelLogout(request, response) {
  const form = await readForm(request);
  try {
    sessions.endSessionsOf(await readLogoutToken(form?.get('logout_token') ?? ''));
    send(response, 200, 'application/json', '{}');
  } catch (error) {
    console.error(`A logout token was refused: ${error.message}`);
    send(response, 400, 'application/json', '{"error":"invalid_request"}');
  }
}

async function answer(request, response) {
  const { pathname } = new URL(request.url, address);
  const route = routes[`${request.method} ${pathname}`];
  try {
    if (route) await route(request, response);
    else sendPage(response, messagePage('There is nothing here', 'The address may be mistyped.'), 404);
  } catch (error) {
    console.error(error);
    sendPage(response, messagePage('That did not work', `Is Latchkey running at ${client.issuer.origin}?`), 502);
  }
}

// On localhost for this machine only; elsewhere a proxy with https stands in front.
const host = new URL(address).hostname === 'localhost' ? '127.0.0.1' : '0.0.0.0';
createServer(answer).listen(port, host, () => console.log(`The example app is at ${address}`));
process.on('SIGTERM', () => process.exit(0));
