import { redirect } from 'next/navigation';
import { requireAdmin } from '@/lib/sessions';

/** The administration begins with its people. */
export default async function AdminPage() {
  await requireAdmin();
  redirect('/admin/users');
}
