import { NextResponse } from 'next/server';
import { cookieName, cookieSettings } from '@/lib/cookies';
import { browserOf, jsonRoute, methods, refusal, setOutcomeCookies } from '@/lib/http';
import { finishRegistration, registrationAnswer } from '@/lib/passkeys';
import { safeReturnTo } from '@/lib/return-to';
import { registerWithPasskey } from '@/lib/sign-in';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: jsonRoute(
    { access: 'registering', limit: 'ceremony', input: registrationAnswer },
    async ({ input, admitted, context, request }) => {
      const answer = { ...input, browser: browserOf(request).token };
      if ('session' in admitted) {
        const added = await finishRegistration(answer, admitted.session, context);
        return added.ok ? NextResponse.json({ passkey: added.value }, { status: 201 }) : refusal(added.error);
      }

      const enrolled = await registerWithPasskey(answer, admitted.registrationLink, context);
      if (!enrolled.ok) return refusal(enrolled.error);
      const { passkey, token } = enrolled.value;
      const redirectTo = safeReturnTo(request.cookies.get(cookieName('return-to'))?.value);
      const response = NextResponse.json({ passkey, redirectTo }, { status: 201 });
      response.cookies.set(cookieName('return-to'), '', cookieSettings(0));
      setOutcomeCookies(response.cookies, { status: 'signed-in', token });
      return response;
    },
  ),
});
