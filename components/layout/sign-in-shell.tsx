import type { ReactNode } from 'react';
import { AppMark } from '../apps/app-mark';
import { ButtonLink, type ButtonVariant } from '../ui/button';
import { Logo } from './logo';
import { SkipLink } from './skip-link';

type SignInShellProps = { brand: string; signOutButton: ReactNode; theme: ReactNode; children: ReactNode };

/** One calm card, a little above the middle; on a narrow screen the card is the page. */
export const SignInShell = ({ brand, signOutButton, theme, children }: SignInShellProps) => (
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

type App = { name: string; logo?: string | null };
type SignInHeadingProps = { title: string; app?: App; children?: ReactNode };

/** The heading of a page on the sign-in side, below the mark of the app that it is about. */
export const SignInHeading = ({ title, app, children }: SignInHeadingProps) => (
  <>
    {app && <AppMark name={app.name} logo={app.logo} className="mb-5 size-14" />}
    <div className="mb-6">
      <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
      {children && <div className="mt-1.5 text-muted">{children}</div>}
    </div>
  </>
);

type SignInNoticeProps = ButtonVariant & { title: string; children: ReactNode; href?: string; label?: string };

/** A page on the sign-in side that only says something, with one way on from it. */
export function SignInNotice({
  title,
  children,
  href = '/account',
  label = 'Go to your account',
  size = 'large',
  variant,
}: SignInNoticeProps) {
  return (
    <>
      <SignInHeading title={title}>{children}</SignInHeading>
      <ButtonLink variant={variant} size={size} className="w-full" href={href}>
        {label}
      </ButtonLink>
    </>
  );
}
