import type { ReactNode } from 'react';
import { chooseTheme, signOut } from '@/app/actions';
import { StepUpPrompt } from '@/app/step-up-prompt';
import { currentTheme } from '@/app/theme';
import { AppShell } from '@/components/layout/app-shell';
import { ThemeChoice } from '@/components/layout/theme-choice';
import { ShownAs } from '@/components/ui/shown-as';
import { config } from '@/lib/config';
import { requireSession } from '@/lib/sessions';
import { navigationFor } from './account/navigation';
import { ConfirmAddressBanner, HoldBanner } from './banners';

/** What surrounds every page of a signed-in person, the administration included. */
export async function AccountFrame({ strong, children }: { strong?: boolean; children: ReactNode }) {
  const session = await requireSession();
  return (
    <AppShell
      brand={config.webauthn.rpName}
      who={session.name}
      groups={navigationFor(session.role)}
      signOut={signOut}
      theme={<ThemeChoice theme={await currentTheme()} choose={chooseTheme} />}
    >
      <ShownAs id={session.userId}>
        <StepUpPrompt session={session} strong={strong}>
          <HoldBanner session={session} />
          <ConfirmAddressBanner session={session} />
          {children}
        </StepUpPrompt>
      </ShownAs>
    </AppShell>
  );
}
