import { ChevronRight } from 'lucide-react';
import { CodeBlock } from '../ui/code-block';
import { CopyButton } from '../ui/copy-button';
import { type Connection, discoveryOf, hasSecret, type Snippet } from './connection';
import { snippetsFor } from './snippets';

/** What an app has to be told, ready to be copied: the addresses, then settings of products that many use. */
export const HowToConnect = ({ connection }: { connection: Connection }) => (
  <div className="space-y-6">
    <div>
      <Facts facts={mainFacts(connection)} />
      <details className="group/more text-sm">
        <Unfold group="more">Each address by itself</Unfold>
        <Facts facts={addressesOf(connection)} />
      </details>
    </div>
    <div>
      <h3 className="text-sm font-semibold">Settings to copy</h3>
      <p className="mt-1 mb-3 text-sm text-muted">
        With this app’s values.{hasSecret(connection) && ' Where its secret belongs, there is a name in capitals.'}
      </p>
      <div className="divide-y divide-line rounded-control border border-line">
        {snippetsFor(connection).map((snippet) => (
          <OneSnippet key={snippet.title} snippet={snippet} registered={connection.redirectUris.split('\n')} />
        ))}
      </div>
    </div>
  </div>
);

type Fact = [string, string];

const mainFacts = (connection: Connection): Fact[] => [
  ['Discovery address', discoveryOf(connection)],
  ['Issuer', connection.issuer],
  ['Client ID', connection.clientId],
  ['Scopes', connection.scope],
];

function addressesOf(connection: Connection) {
  const facts: Fact[] = [
    ['Authorization', connection.authorization],
    ['Device code', connection.device_authorization],
    ['Token', connection.token],
    ['User info', connection.userinfo],
    ['Public keys', connection.jwks],
    ['Sign-out', connection.end_session],
  ];
  return facts.filter(([, value]) => value);
}

const Facts = ({ facts }: { facts: Fact[] }) => (
  <dl className="divide-y divide-line border-b border-line text-sm">
    {facts.map(([term, value]) => (
      <div
        key={term}
        className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 py-2 sm:grid-cols-[9rem_minmax(0,1fr)_auto]"
      >
        <dt className="col-span-2 text-muted sm:col-span-1">{term}</dt>
        <dd className="font-mono text-[0.8125rem] break-all select-all">{value}</dd>
        <dd>
          <CopyButton text={value} label={`Copy ${term}`} />
        </dd>
      </div>
    ))}
  </dl>
);

function Unfold({
  group,
  className = '',
  children,
}: {
  group: 'more' | 'snippet';
  className?: string;
  children: string;
}) {
  const turn = { more: 'group-open/more:rotate-90', snippet: 'group-open/snippet:rotate-90' };
  return (
    <summary className={`flex min-h-11 items-center gap-2.5 py-2 ${className}`}>
      <ChevronRight aria-hidden size={16} className={`shrink-0 text-muted transition-transform ${turn[group]}`} />
      {children}
    </summary>
  );
}

function OneSnippet({ snippet, registered }: { snippet: Snippet; registered: string[] }) {
  const { title, file, text, and, redirectUri, note } = snippet;
  const missing = redirectUri && !registered.includes(redirectUri);
  return (
    <details className="group/snippet">
      <Unfold group="snippet" className="px-4 text-[0.9375rem] font-medium hover:bg-inset">
        {title}
      </Unfold>
      <div className="space-y-3 px-4 pt-1 pb-4">
        {missing && (
          <p className="text-sm text-muted">
            Comes back to <span className="font-mono text-[0.8125rem] break-all">{redirectUri}</span>, which is not
            among the addresses of this app yet.
          </p>
        )}
        {note && <p className="text-sm text-muted">{note}</p>}
        <CodeBlock text={text} label={file} />
        {and && <CodeBlock text={and.text} label={and.file} />}
      </div>
    </details>
  );
}
