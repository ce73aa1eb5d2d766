import { config } from '@/lib/config';

/** Where password managers send people to add and manage passkeys (W3C Passkey Endpoints). */
export function GET() {
  const manage = `${config.publicUrl}/account/passkeys`;
  return Response.json({ enroll: manage, manage });
}

export const dynamic = 'force-dynamic';
