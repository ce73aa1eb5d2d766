'use server';

import { cookies } from 'next/headers';
import { z } from 'zod';
import { cookieName } from '@/lib/cookies';
import { clearSessionCookie, formAction, navigateTo, refusedState } from '@/lib/http';
import { allow, deny, finishLogin, missingAuthentication, missingFrom, readInteraction } from '@/lib/oidc';
import { seeOther } from '@/lib/see-other';
import { signOut } from '@/lib/sessions';

const uid = z.string().max(64);

/** Allows or refuses what the app asks for, and goes back there. */
export const decide = formAction(
  { access: 'session', limit: 'manage', input: z.object({ uid, decision: z.enum(['allow', 'deny']) }) },
  async ({ uid, decision }, { session, context }) => {
    const interaction = await readInteraction(uid);
    if (!interaction || (await missingFrom(session, interaction)) !== 'consent')
      return refusedState('interaction_over');

    const answered =
      decision === 'allow' ? await allow(interaction, session, context) : await deny(interaction, session, context);
    return answered.ok ? navigateTo(answered.value) : refusedState(answered.error);
  },
);

/** Goes on with the account that is signed in. */
export const stay = formAction(
  { access: 'session', limit: 'manage', input: z.object({ uid }) },
  async ({ uid }, { session }) => {
    const interaction = await readInteraction(uid);
    if (!interaction || (await missingAuthentication(session, interaction)) !== 'account-choice')
      return refusedState('interaction_over');

    const answered = await finishLogin(interaction, session);
    return answered.ok ? navigateTo(answered.value) : refusedState(answered.error);
  },
);

/** Goes back to the app without what it wants of the sign-in. */
export const goBack = formAction(
  { access: 'session', limit: 'manage', input: z.object({ uid }) },
  async ({ uid }, { session, context }) => {
    const interaction = await readInteraction(uid);
    const answered = interaction && (await deny(interaction, session, context));
    return answered?.ok ? navigateTo(answered.value) : refusedState(answered?.error ?? 'interaction_over');
  },
);

/** Ends the session here and asks who else is there. */
export const useAnotherAccount = formAction(
  { access: 'session', limit: 'manage', input: z.object({ uid }) },
  async ({ uid }, { context }) => {
    const jar = await cookies();
    await signOut(jar.get(cookieName('session'))?.value, context);
    clearSessionCookie(jar);
    return seeOther(`/sign-in?return_to=${encodeURIComponent(`/interaction/${uid}`)}`);
  },
);
