import { config } from '@/lib/config';
import { whenReady } from '@/lib/front-door';

/** Where password managers send people to add and manage passkeys (W3C Passkey Endpoints). */
export const GET = whenReady(() => {
  const manage = `${config.publicUrl}/account/passkeys`;
  return Response.json({ enroll: manage, manage });
});

export const dynamic = 'force-dynamic';
