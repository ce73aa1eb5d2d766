import type { ReactNode } from 'react';
import { chooseTheme, signOut } from '@/app/actions';
import { currentTheme } from '@/app/theme';
import { SignInShell } from '@/components/layout/sign-in-shell';
import { ThemeChoice } from '@/components/layout/theme-choice';
import { ButtonForm } from '@/components/ui/form';
import { config } from '@/lib/config';
import { findSession } from '@/lib/sessions';

export default async function SignInLayout({ children }: { children: ReactNode }) {
  return (
    <SignInShell
      brand={config.webauthn.rpName}
      signOutButton={(await findSession()) && <SignOutButton />}
      theme={<ThemeChoice theme={await currentTheme()} choose={chooseTheme} />}
    >
      {children}
    </SignInShell>
  );
}

/** Whoever is signed in can sign out on every page (requirement G13). */
const SignOutButton = () => (
  <ButtonForm action={signOut} apart>
    <button type="submit" className="inline-flex min-h-6 items-center hover:text-ink hover:underline">
      Sign out
    </button>
  </ButtonForm>
);
