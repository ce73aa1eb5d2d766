import type { MetadataRoute } from 'next';
import { connection } from 'next/server';
import { config } from '@/lib/config';

/** What a home screen shows of us. Not a file, because it has the name that the service was given. */
export default async function manifest(): Promise<MetadataRoute.Manifest> {
  await connection();
  const name = config.webauthn.rpName;
  return {
    name,
    short_name: name,
    start_url: '/',
    scope: '/',
    display: 'browser',
    background_color: '#ffffff',
    theme_color: config.accentColor,
    icons: [
      { src: '/icon.svg', sizes: 'any', type: 'image/svg+xml' },
      { src: '/icon-192.png', sizes: '192x192', type: 'image/png' },
      { src: '/icon-512.png', sizes: '512x512', type: 'image/png' },
      { src: '/icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
    ],
  };
}
