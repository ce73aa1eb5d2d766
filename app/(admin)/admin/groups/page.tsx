import type { Metadata } from 'next';
import type { PageProps } from '@/app/search-params';
import { LineForm } from '@/components/groups/line-form';
import { PageHeading } from '@/components/layout/page-heading';
import { Announcements } from '@/components/ui/announcements';
import { Card } from '@/components/ui/card';
import { PersistentResult } from '@/components/ui/confirmed-action';
import { EmptyState } from '@/components/ui/empty-state';
import { Pager } from '@/components/ui/list';
import { readGroups } from '@/lib/groups';
import { loadPage } from '@/lib/http';
import { create, remove } from './actions';
import { GroupCard } from './group-card';

export const metadata: Metadata = { title: 'Groups' };

export default async function GroupsPage({ searchParams }: PageProps) {
  const query = await searchParams;
  const { groups, next } = await loadPage(readGroups, query);
  return (
    <Announcements>
      <PageHeading title="Groups">
        People who belong together. An app can be limited to some, and can be told who is in which.
      </PageHeading>
      <div className="space-y-6">
        <Card id="new" title="New group">
          <LineForm action={create} field={{ name: 'name', label: 'Name', maxLength: 64 }} submit="Make the group" />
        </Card>
        <PersistentResult action={remove}>
          {groups.length === 0 && (
            <EmptyState title="No groups yet">Without one, everybody here can sign in to every app.</EmptyState>
          )}
          {groups.map((group) => (
            <GroupCard key={group.id} group={group} />
          ))}
        </PersistentResult>
        <Pager next={next} query={query} />
      </div>
    </Announcements>
  );
}
