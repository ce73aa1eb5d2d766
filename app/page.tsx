import { redirect } from 'next/navigation';
import { findSession } from '@/lib/sessions';

export default async function StartPage() {
  redirect((await findSession()) ? '/account' : '/sign-in');
}
