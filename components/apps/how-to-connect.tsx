import { ChevronRight } from 'lucide-react';
import { CodeBlock } from '../ui/code-block';
import { CopyButton } from '../ui/copy-button';
import { type Connection, discoveryOf, type Snippet } from './connection';
import { snippetsFor } from './snippets';

/** What an app has to be told, ready to be copied: the addresses, then settings of products that many use. */
export function HowToConnect({ connection }: { connection: Connection }) {
  return (
    <div className="space-y-6">
      <dl className="-my-2 divide-y divide-line text-sm">
        {factsOf(connection).map(([term, value]) => (
          <div key={term} className="grid items-center gap-x-4 py-2 sm:grid-cols-[9.5rem_1fr_auto]">
            <dt className="text-muted">{term}</dt>
            <dd className="min-w-0 font-mono text-[0.8125rem] break-all select-all">{value}</dd>
            <dd className="mt-1 sm:mt-0">
              <CopyButton text={value} label={`Copy ${term}`} />
            </dd>
          </div>
        ))}
      </dl>
      <div>
        <h3 className="text-sm font-semibold">Settings to copy</h3>
        <p className="mt-1 mb-3 text-sm text-muted">With this app’s values. Put its secret where the capitals stand.</p>
        <div className="divide-y divide-line rounded-control border border-line">
          {snippetsFor(connection).map((snippet) => (
            <OneSnippet key={snippet.title} snippet={snippet} registered={connection.redirectUris.split('\n')} />
          ))}
        </div>
      </div>
    </div>
  );
}

function factsOf(connection: Connection) {
  const facts: [string, string | undefined][] = [
    ['Discovery address', discoveryOf(connection)],
    ['Issuer', connection.issuer],
    ['Client ID', connection.clientId],
    ['Scopes', connection.scope],
    ['Authorization', connection.authorization],
    ['Device code', connection.device_authorization],
    ['Token', connection.token],
    ['User info', connection.userinfo],
    ['Public keys', connection.jwks],
    ['Sign-out', connection.end_session],
  ];
  return facts.filter((fact): fact is [string, string] => Boolean(fact[1]));
}

function OneSnippet({ snippet, registered }: { snippet: Snippet; registered: string[] }) {
  const { title, file, text, redirectUri } = snippet;
  const missing = redirectUri && !registered.includes(redirectUri);
  return (
    <details className="group/snippet">
      <summary className="flex min-h-11 items-center gap-2.5 px-4 py-2 text-[0.9375rem] font-medium hover:bg-inset">
        <ChevronRight
          aria-hidden
          size={16}
          className="shrink-0 text-muted transition-transform group-open/snippet:rotate-90"
        />
        {title}
      </summary>
      <div className="space-y-3 px-4 pt-1 pb-4">
        {missing && (
          <p className="text-sm text-caution">
            Comes back to <span className="font-mono text-[0.8125rem] break-all">{redirectUri}</span>, which is not
            among the addresses of this app yet.
          </p>
        )}
        <CodeBlock text={text} label={file} />
      </div>
    </details>
  );
}
