import { config } from '@/lib/config';
import { unlessAway } from '@/lib/front-door';

/** Where password managers send people to add and manage passkeys (W3C Passkey Endpoints). */
export const GET = unlessAway(() => {
  const manage = `${config.publicUrl}/account/passkeys`;
  return Response.json({ enroll: manage, manage });
});

export const dynamic = 'force-dynamic';
