import * as signInOptions from '@/app/api/passkeys/authenticate/options/route';
import * as signInVerify from '@/app/api/passkeys/authenticate/verify/route';
import * as registerOptions from '@/app/api/passkeys/register/options/route';
import * as registerVerify from '@/app/api/passkeys/register/verify/route';
import { db } from '@/db';
import { users } from '@/db/schema';
import { config } from '@/lib/config';
import { cookieName } from '@/lib/cookies';
import { inviteUser, openEnrolment } from '@/lib/enrolments';
import { requesterFrom } from '@/lib/requester';
import { newUserHandle } from '@/lib/users';
import { SoftwareAuthenticator } from './authenticator';
import { Browser } from './browser';

export const somebody = requesterFrom(new Headers());
let number = 0;

/** Somebody with an account, a passkey and a signed-in browser, made by the same steps that a person takes. */
export async function newPerson() {
  number += 1;
  const email = `person${number}@example.com`;
  const [inviter] = await db
    .insert(users)
    .values({ email: `inviter${number}@example.com`, name: 'Inviter', handle: newUserHandle() })
    .returning();
  const invited = await inviteUser(email, { userId: inviter!.id, name: 'Inviter' }, somebody);
  if (!invited.ok) throw new Error(invited.error);
  const token = invited.value.split('/').at(-1)!;
  await openEnrolment(token, `Person ${number}`);

  const browser = new Browser();
  const authenticator = new SoftwareAuthenticator(config.publicUrl);
  browser.cookies.set(cookieName('enrolment'), token);
  const { passkey } = await addPasskey(browser, authenticator);
  return { email, browser, authenticator, passkey };
}

/** Adds a passkey through both calls; fails loudly when it is refused. */
export async function addPasskey(browser: Browser, authenticator: SoftwareAuthenticator) {
  const { json: started } = await browser.send(registerOptions.POST);
  const answer = { challengeId: started.challengeId, credential: authenticator.register(started.options) };
  const { status, json } = await browser.send(registerVerify.POST, { body: answer });
  if (status !== 201) throw new Error(`a passkey was refused: ${JSON.stringify(json)}`);
  return json;
}

/** Signs in through both calls and returns the second answer. */
export async function signIn(browser: Browser, authenticator: SoftwareAuthenticator) {
  const { json: started } = await browser.send(signInOptions.POST);
  const body = { challengeId: started.challengeId, credential: authenticator.signIn(started.options) };
  return browser.send(signInVerify.POST, { body });
}
