import { CopyButton } from '../ui/copy-button';

/** A secret in the one moment in which it can be seen. */
export function SecretOnce({ secret }: { secret: string }) {
  return (
    <div className="space-y-2.5 text-sm">
      <p>Copy it now: it is kept as a fingerprint only and cannot be shown again.</p>
      <p className="rounded-control border border-line bg-surface px-3 py-2 font-mono text-[0.8125rem] break-all select-all">
        {secret}
      </p>
      <CopyButton text={secret} label="Copy the secret" />
    </div>
  );
}
