import { seeOther } from '@/lib/see-other';
import { findSession } from '@/lib/sessions';

export default async function StartPage() {
  seeOther((await findSession()) ? '/account' : '/sign-in');
}
