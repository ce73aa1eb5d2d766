import { NextResponse } from 'next/server';
import { cookieName, cookieSettings } from '@/lib/cookies';
import { browserOf, jsonRoute, keepOutcome, methods, refusal } from '@/lib/http';
import { finishRegistration, registrationAnswer } from '@/lib/passkeys';
import { safeReturnTo } from '@/lib/return-to';
import { enrol } from '@/lib/sign-in';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: jsonRoute(
    { access: 'registering', limit: 'ceremony', input: registrationAnswer },
    async ({ input, admitted, by, request }) => {
      const answer = { ...input, browser: browserOf(request).token };
      if ('session' in admitted) {
        const added = await finishRegistration(answer, admitted.session, by);
        return added.ok ? NextResponse.json({ passkey: added.value }, { status: 201 }) : refusal(added.error);
      }

      const enrolled = await enrol(answer, admitted.enrolment, by);
      if (!enrolled.ok) return refusal(enrolled.error);
      const { passkey, token } = enrolled.value;
      const redirectTo = safeReturnTo(request.cookies.get(cookieName('return-to'))?.value);
      const response = NextResponse.json({ passkey, redirectTo }, { status: 201 });
      response.cookies.set(cookieName('return-to'), '', cookieSettings(0));
      keepOutcome(response.cookies, { status: 'signed-in', token });
      return response;
    },
  ),
});
