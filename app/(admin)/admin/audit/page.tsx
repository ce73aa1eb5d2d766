import type { Metadata } from 'next';
import { z } from 'zod';
import type { PageProps } from '@/app/search-params';
import { PageHeading } from '@/components/layout/page-heading';
import { Button, ButtonLink } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { EmptyState } from '@/components/ui/empty-state';
import { GetForm } from '@/components/ui/form';
import { Select } from '@/components/ui/select';
import { type AuditType, auditTypes } from '@/lib/audit';
import { readAuditEvents } from '@/lib/audit-log';
import { loadPage } from '@/lib/http';
import { EventRow } from './event-row';

export const metadata: Metadata = { title: 'Audit' };

const SHOWN = 100;
const types = Object.keys(auditTypes) as AuditType[];

/** What is asked for in the address; what makes no sense asks for nothing. */
const filterInput = z.object({
  type: z
    .enum(types as [AuditType])
    .optional()
    .catch(undefined),
  outcome: z.enum(['success', 'failure']).optional().catch(undefined),
});

export default async function AuditPage({ searchParams }: PageProps) {
  const filter = filterInput.parse(await searchParams);
  const { events } = await loadPage(readAuditEvents, { ...filter, limit: SHOWN });
  return (
    <>
      <PageHeading title="Audit" action={<ButtonLink href="/admin/audit/undelivered">Not delivered</ButtonLink>}>
        What happened here, and who did it. Nobody can change it afterwards.
      </PageHeading>
      <Filter {...filter} />
      {events.length === 0 ? (
        <EmptyState title="Nothing like that has happened">Choose something else above.</EmptyState>
      ) : (
        <Card id="events" title={events.length < SHOWN ? countOf(events.length) : `The latest ${SHOWN} events`}>
          <ol className="-my-3.5 divide-y divide-line">
            {events.map((event) => (
              <EventRow key={event.id} event={event} />
            ))}
          </ol>
        </Card>
      )}
    </>
  );
}

const countOf = (events: number) => (events === 1 ? '1 event' : `${events} events`);

const sentences = types
  .map((type) => [type, auditTypes[type][1]] as const)
  .toSorted((a, b) => a[1].localeCompare(b[1]));
const everything = ['', 'Everything'] as const;
const outcomes = [
  ['', 'Any'],
  ['success', 'Done'],
  ['failure', 'Refused'],
] as const;

const Filter = ({ type = '', outcome = '' }: { type?: string; outcome?: string }) => (
  <GetForm action="/admin/audit" className="mb-6 flex flex-wrap items-end gap-3">
    <Select
      key={`type-${type}`}
      label="What"
      name="type"
      defaultValue={type}
      options={[everything, ...sentences]}
      className="min-w-0 flex-[1_1_16rem]"
    />
    <Select
      key={`outcome-${outcome}`}
      label="Outcome"
      name="outcome"
      defaultValue={outcome}
      options={outcomes}
      className="min-w-32"
    />
    <Button type="submit" className="h-11">
      Show
    </Button>
    {(type || outcome) && (
      <ButtonLink href="/admin/audit" variant="quiet" className="h-11">
        Show everything
      </ButtonLink>
    )}
  </GetForm>
);
