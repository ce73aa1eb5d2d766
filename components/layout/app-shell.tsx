import { LogOut } from 'lucide-react';
import type { ReactNode } from 'react';
import { ButtonForm, SubmitButton } from '../ui/form';
import type { FormAction } from '../ui/use-action';
import { Logo } from './logo';
import { Menu } from './menu';
import { type NavigationGroup, NavLinks } from './nav-links';
import { SkipLink } from './skip-link';

type AppShellProps = {
  brand: string;
  who: string;
  groups: NavigationGroup[];
  signOut: FormAction;
  theme: ReactNode;
  children: ReactNode;
};

/** Header, navigation on the left, and the page. On a narrow screen the navigation is a menu in the header. */
export const AppShell = ({ brand, who, groups, signOut, theme, children }: AppShellProps) => (
  <div className="flex min-h-dvh flex-col">
    <SkipLink />
    <header className="sticky top-0 z-20 border-b border-line bg-surface">
      <div className="mx-auto flex h-14 max-w-6xl items-center gap-3 px-4 sm:px-6">
        <NarrowMenu groups={groups} theme={theme} />
        <a href="/account" className="flex min-w-0 items-center gap-2.5 rounded-control">
          <Logo className="size-7" />
          <span className="truncate font-semibold tracking-tight">{brand}</span>
        </a>
        <span className="ml-auto hidden min-w-0 truncate text-sm text-muted sm:block">{who}</span>
        <ButtonForm action={signOut} className="ml-auto sm:ml-0" apart>
          <SubmitButton size="small" icon={<LogOut aria-hidden size={15} />}>
            Sign out
          </SubmitButton>
        </ButtonForm>
      </div>
    </header>
    <div className="mx-auto flex w-full max-w-6xl flex-1 gap-8 px-4 lg:gap-12 sm:px-6">
      <aside
        aria-label="Navigation"
        className="sticky top-14 hidden max-h-[calc(100dvh-3.5rem)] -ml-3 w-56 shrink-0 flex-col justify-between gap-8 self-stretch overflow-y-auto py-8 pr-1 md:flex"
      >
        <nav aria-label="Main">
          <NavLinks groups={groups} />
        </nav>
        <div className="pl-3">{theme}</div>
      </aside>
      <main id="main" className="min-w-0 flex-1 py-8 pb-16">
        <div className="max-w-3xl">{children}</div>
      </main>
    </div>
  </div>
);

const NarrowMenu = ({ groups, theme }: Pick<AppShellProps, 'groups' | 'theme'>) => (
  <Menu>
    <nav aria-label="Main">
      <NavLinks groups={groups} />
    </nav>
    <div className="px-3">{theme}</div>
  </Menu>
);
