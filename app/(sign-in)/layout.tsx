import type { ReactNode } from 'react';
import { chooseTheme } from '@/app/actions';
import { currentTheme } from '@/app/theme';
import { SignInShell } from '@/components/layout/sign-in-shell';
import { ThemeChoice } from '@/components/layout/theme-choice';
import { config } from '@/lib/config';

export default async function SignInLayout({ children }: { children: ReactNode }) {
  return (
    <SignInShell
      brand={config.webauthn.rpName}
      theme={<ThemeChoice theme={await currentTheme()} choose={chooseTheme} />}
    >
      {children}
    </SignInShell>
  );
}
