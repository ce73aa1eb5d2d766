import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { SignInHeading } from '@/components/layout/sign-in-shell';
import { ButtonLink } from '@/components/ui/button';
import { readTyped, TYPED_HEADER } from '@/lib/http';
import { PATH_HEADER } from '@/lib/request-context';
import { seeOther } from '@/lib/see-other';

export const metadata: Metadata = { title: 'This page is from before an update' };

/** Where a form ends whose page was made by another build; the middleware leads here with what was typed. */
export default async function RenewedPage() {
  const sent = await headers();
  const typed = readTyped(sent.get(TYPED_HEADER));
  if (!typed) seeOther('/');
  const filledFields = Object.entries(typed).filter(([, value]) => value);
  return (
    <>
      <SignInHeading title="This page is from before an update">
        The service has been renewed since you opened it. Nothing was changed.
        {filledFields.length > 0 &&
          ' Copy what you typed, then open the page again; passwords and codes are not shown.'}
      </SignInHeading>
      {filledFields.length > 0 && (
        <dl className="mb-6 space-y-3 rounded-control border border-line bg-inset px-4 py-3.5 text-sm">
          {filledFields.map(([name, value]) => (
            <div key={name}>
              <dt className="text-muted">{inWords(name)}</dt>
              <dd className="break-words whitespace-pre-wrap select-all">{value}</dd>
            </div>
          ))}
        </dl>
      )}
      <ButtonLink variant="primary" size="large" className="w-full" href={sent.get(PATH_HEADER) ?? '/'}>
        Open the page again
      </ButtonLink>
    </>
  );
}

/** The name of a field as one would say it: `redirectUris` is “Redirect uris”. */
function inWords(name: string) {
  const words = name.replace(/[_-]+|(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
