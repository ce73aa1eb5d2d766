import type { Metadata, Viewport } from 'next';
import type { ReactNode } from 'react';
import { accentStyle } from '@/components/layout/accent';
import { config } from '@/lib/config';
import { currentTheme } from './theme';
import './globals.css';

export function generateMetadata(): Metadata {
  const brand = config.webauthn.rpName;
  return {
    title: { default: brand, template: `%s · ${brand}` },
    robots: { index: false, follow: false },
    icons: { apple: '/apple-touch-icon.png' },
  };
}

export const viewport: Viewport = { width: 'device-width', initialScale: 1, colorScheme: 'light dark' };

export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = await currentTheme();
  return (
    <html lang="en" data-theme={theme === 'system' ? undefined : theme} style={accentStyle(config.accentColor)}>
      <body>{children}</body>
    </html>
  );
}
