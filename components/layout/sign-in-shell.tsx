import type { ReactNode } from 'react';
import { Logo } from './logo';
import { SkipLink } from './skip-link';

type SignInShellProps = { brand: string; signOutButton: ReactNode; theme: ReactNode; children: ReactNode };

/** One calm card, a little above the middle; on a narrow screen the card is the page. */
export function SignInShell({ brand, signOutButton, theme, children }: SignInShellProps) {
  return (
    <div className="flex min-h-dvh flex-col bg-surface sm:bg-canvas">
      <SkipLink />
      <div className="flex flex-1 flex-col items-center px-5 pt-10 pb-8 sm:px-8 sm:pt-[max(3rem,11vh)]">
        <header className="mb-8 flex w-full max-w-[26rem] items-center gap-2.5 sm:justify-center">
          <Logo className="size-8" />
          <span className="text-lg font-semibold tracking-tight">{brand}</span>
        </header>
        <main
          id="main"
          className="w-full max-w-[26rem] sm:rounded-card sm:border sm:border-line sm:bg-surface sm:p-9 sm:shadow-card"
        >
          {children}
        </main>
      </div>
      <footer className="flex flex-wrap items-center justify-center gap-x-6 gap-y-3 px-5 pb-6 text-sm text-muted">
        <a href="/help" className="inline-flex min-h-6 items-center hover:text-ink hover:underline">
          Help with passkeys
        </a>
        {signOutButton}
        {theme}
      </footer>
    </div>
  );
}

/** The heading of a page on the sign-in side. */
export function SignInHeading({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="mb-6">
      <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
      {children && <div className="mt-1.5 text-muted">{children}</div>}
    </div>
  );
}
