import { CopyButton } from '../ui/copy-button';

/** A secret in the one moment in which it can be seen, after the client id where an app is new. */
export function SecretOnce({ secret, clientId }: { secret: string; clientId?: string }) {
  return (
    <div className="space-y-3 text-sm">
      <p>Copy the secret now: it is kept as a fingerprint only and cannot be shown again.</p>
      {clientId && <Value term="Client ID" text={clientId} />}
      <Value term="Secret" text={secret} />
    </div>
  );
}

function Value({ term, text }: { term: string; text: string }) {
  return (
    <div>
      <p className="mb-1 text-muted">{term}</p>
      <div className="flex items-center gap-3 rounded-control border border-line bg-surface py-1.5 pr-1.5 pl-3">
        <code className="min-w-0 flex-1 text-[0.8125rem] break-all select-all">{text}</code>
        <CopyButton text={text} label={`Copy the ${term === 'Secret' ? 'secret' : term}`} />
      </div>
    </div>
  );
}
