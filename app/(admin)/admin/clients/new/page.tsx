import type { Metadata } from 'next';
import { RegisterApp } from '@/components/apps/register-app';
import { PageHeading } from '@/components/layout/page-heading';
import { newClientFields } from '@/lib/clients';
import { listGroups } from '@/lib/groups';
import { requireAdmin } from '@/lib/sessions';
import { register } from '../actions';

export const metadata: Metadata = { title: 'Register an app' };

export default async function NewClientPage() {
  await requireAdmin();
  const groups = await listGroups();
  return (
    <>
      <PageHeading title="Register an app">
        A name and the address after signing in are enough for most. Then you get what the app has to be told.
      </PageHeading>
      <RegisterApp action={register} values={newClientFields} groups={groups} />
    </>
  );
}
