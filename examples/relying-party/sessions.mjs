// Who is signed in here, and who is about to be. In memory: a restart signs everybody out, and a second process would
// know nothing of it. An app that matters keeps both in its database.
import { randomBytes } from 'node:crypto';

const MINUTE = 60_000;
const LIFETIME = 8 * 60 * MINUTE;
const sessions = new Map();
const waiting = new Map();

export const randomToken = () => randomBytes(32).toString('base64url');

/** Starts a session under a new id, so that nobody can have known it before. */
export function startSession(person) {
  const id = randomToken();
  sessions.set(id, { ...person, expires: Date.now() + LIFETIME });
  return id;
}

/** The session of this id; `endedBy` is set in one that Latchkey has ended, to be told once. */
export const findSession = (id) => living(sessions, id);
export const endSession = (id) => sessions.delete(id);

/** Ends what Latchkey says is over: the one session that it names, or all of a person's. */
export function endSessionsOf({ sid, sub }) {
  for (const [id, { claims, expires }] of sessions) {
    if (claims && (sid ? claims.sid === sid : claims.sub === sub)) sessions.set(id, { endedBy: 'Latchkey', expires });
  }
}

/** Remembers a sign-in that has begun, for the browser that began it. Several tabs do not disturb each other. */
export function rememberSignIn(state, browser, checks) {
  waiting.set(state, { browser, checks, expires: Date.now() + 10 * MINUTE });
}

/** What was remembered, once, and only for that browser: an answer that somebody else began signs nobody in. */
export function takeSignIn(state, browser) {
  const found = living(waiting, state);
  if (!found || found.browser !== browser) return undefined;
  waiting.delete(state);
  return found.checks;
}

function living(map, key) {
  const found = map.get(key);
  return found && found.expires > Date.now() ? found : undefined;
}

setInterval(() => {
  for (const map of [sessions, waiting]) {
    for (const key of map.keys()) if (!living(map, key)) map.delete(key);
  }
}, MINUTE).unref();
