import { decodeJwt } from 'jose';
import { expect } from 'vitest';
import { decide } from '@/app/(sign-in)/interaction/actions';
import { type Person, seedPerson, stepUp } from '@/tests/helpers/people';
import { act, post, type RelyingParty, registerClient, visit } from '@/tests/helpers/relying-party';

export type Mode = 'query' | 'form_post';
type Sent = Record<string, string | undefined>;
type Columns = Parameters<typeof registerClient>[0];

/** The client that the suite uses: the modules of the Basic plan send no PKCE. */
export const conformanceClient = (columns: Columns = {}) => registerClient({ requiresPkce: false, ...columns });

const withoutPkce = { code_challenge: undefined, code_challenge_method: undefined };

/** What the provider sent back, by whichever mode it was asked to. */
export async function authorize(client: RelyingParty, person: Person, mode: Mode, parameters: Sent = {}) {
  const modeParameters = mode === 'form_post' ? { response_mode: 'form_post' } : {};
  const flow = await client.begin({ ...withoutPkce, ...modeParameters, ...parameters });
  const landed = await untilAnswered(person, flow.url);
  return {
    flow,
    ...landed,
    answer: mode === 'form_post' ? posted(landed.text) : Object.fromEntries(landed.left?.searchParams ?? []),
  };
}

/** Does what the pages ask of the person: a fresh proof, consent. */
async function untilAnswered(person: Person, url: URL) {
  let landed = await visit(person.browser, url);
  for (let questions = 0; questions < 3; questions += 1) {
    const stepUpPath = /^\/step-up\?return_to=(.+)$/.exec(landed.page ?? '')?.[1];
    if (stepUpPath) {
      await stepUp(person);
      landed = await visit(person.browser, decodeURIComponent(stepUpPath));
    } else if (landed.page === 'Consent') {
      const { to } = await act(person.browser, decide, { uid: landed.uid!, decision: 'allow' });
      landed = await visit(person.browser, to!);
    }
  }
  return landed;
}

/** The fields of the page that posts the answer to the client. */
function posted(page = ''): Record<string, string> {
  const fields = [...page.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)];
  return Object.fromEntries(fields.map(([, name, value]) => [name!, value!.replaceAll('&amp;', '&')]));
}

/** Redeems the code of an answer and checks the ID token as a client must (Core §3.1.3.7). */
export async function redeem(client: RelyingParty, { answer, flow }: Awaited<ReturnType<typeof authorize>>) {
  expect(answer).toMatchObject({ state: flow.state, iss: expect.any(String), code: expect.any(String) });
  const form = { grant_type: 'authorization_code', code: answer.code!, redirect_uri: client.redirectUri };
  const { json, status } = await client.token(form);
  expect(status).toBe(200);
  const claims = decodeJwt(json.id_token);
  expect(claims).toMatchObject({
    aud: client.id,
    sub: expect.any(String),
    iat: expect.any(Number),
    exp: expect.any(Number),
  });
  return { ...json, claims, form } as {
    access_token: string;
    refresh_token: string;
    id_token: string;
    claims: typeof claims;
    form: typeof form;
  };
}

export const userinfo = async (token: string) =>
  (await post('/oidc/userinfo', {}, { authorization: `Bearer ${token}` })).json;

/** A person signed in, a client, and one whole flow through both. */
export async function wholeFlow(mode: Mode, parameters: Sent = {}, columns: Columns = {}) {
  const person = await seedPerson();
  const client = await conformanceClient(columns);
  const answered = await authorize(client, person, mode, parameters);
  return { person, client, answered, tokens: await redeem(client, answered) };
}
