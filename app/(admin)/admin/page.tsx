import { seeOther } from '@/lib/see-other';
import { requireAdmin } from '@/lib/sessions';

/** The administration begins with its people. */
export default async function AdminPage() {
  await requireAdmin();
  seeOther('/admin/users');
}
