import type { Metadata } from 'next';
import { ApiReference } from '@/components/api/api-reference';
import { PageHeading } from '@/components/layout/page-heading';
import { Card } from '@/components/ui/card';
import { TextLink } from '@/components/ui/text-link';
import { requireAdmin } from '@/lib/sessions';

export const metadata: Metadata = { title: 'API' };

export default async function ApiPage() {
  await requireAdmin();
  return (
    <>
      <PageHeading title="API">
        What programs can do with <TextLink href="/admin/api-keys">an API key</TextLink>. What you try here really
        happens, as you; with a key under “Authorize” it happens as that key.
      </PageHeading>
      <Card id="reference" title="Reference">
        <p className="mb-4 text-sm text-muted">
          As a file for tools: <TextLink href="/api/v1/openapi.json">OpenAPI 3.1</TextLink>
        </p>
        <noscript>
          <p className="text-sm">Trying it takes JavaScript; the file has everything that stands here.</p>
        </noscript>
        <ApiReference url="/api/v1/openapi.json" />
      </Card>
    </>
  );
}
