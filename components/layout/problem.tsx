import type { ReactNode } from 'react';
import { Logo } from './logo';

type ProblemProps = {
  title: string;
  children: ReactNode;
  reference?: string;
  action: ReactNode;
  /** Inside a frame that is the main part of the page already. */
  framed?: boolean;
};

/** A page that could not be shown: what that means, and where to go from here. */
export function Problem({ title, children, reference, action, framed = false }: ProblemProps) {
  const Part = framed ? 'div' : 'main';
  return (
    <Part
      id={framed ? undefined : 'main'}
      className="mx-auto flex min-h-[70dvh] max-w-md flex-col justify-center px-5 py-16"
    >
      <Logo className="mb-6 size-9" />
      <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
      <p className="mt-2 text-muted">{children}</p>
      {reference && (
        <p className="mt-3 text-sm text-muted">
          Reference <code className="font-mono text-ink">{reference}</code>
        </p>
      )}
      <div className="mt-7 flex flex-wrap gap-2">{action}</div>
    </Part>
  );
}
