import { cookieName, cookieSettings } from '@/lib/cookies';
import { browserOf, jsonRoute, methods, refusal, setOutcomeCookies } from '@/lib/http';
import { finishRegistration, registrationAnswer } from '@/lib/passkeys';
import { safeReturnTo } from '@/lib/return-to';
import { registerWithPasskey } from '@/lib/sign-in';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: jsonRoute(
    { access: 'registering', limit: 'ceremony', input: registrationAnswer },
    async ({ input, admitted, context, cookies }) => {
      const answer = { ...input, browser: browserOf(cookies).token };
      if ('session' in admitted) {
        const added = await finishRegistration(answer, admitted.session, context);
        return added.ok ? Response.json({ passkey: added.value }, { status: 201 }) : refusal(added.error);
      }

      const enrolled = await registerWithPasskey(answer, admitted.registrationLink, context);
      if (!enrolled.ok) return refusal(enrolled.error);
      const { passkey, token } = enrolled.value;
      const redirectTo = safeReturnTo(cookies.get(cookieName('return-to'))?.value);
      cookies.set(cookieName('return-to'), '', cookieSettings(0));
      setOutcomeCookies(cookies, { status: 'signed-in', token });
      return Response.json({ passkey, redirectTo }, { status: 201 });
    },
  ),
});
