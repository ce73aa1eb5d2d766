import type { Metadata, Viewport } from 'next';
import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { accentStyle } from '@/components/layout/accent';
import { config } from '@/lib/config';
import './globals.css';

export function generateMetadata(): Metadata {
  const brand = config.webauthn.rpName;
  return { title: { default: brand, template: `%s · ${brand}` }, robots: { index: false, follow: false } };
}

export const viewport: Viewport = { width: 'device-width', initialScale: 1, colorScheme: 'light dark' };

export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = (await cookies()).get('theme')?.value;
  return (
    <html
      lang="en"
      data-theme={theme === 'light' || theme === 'dark' ? theme : undefined}
      style={accentStyle(config.accentColor)}
    >
      <body>{children}</body>
    </html>
  );
}
