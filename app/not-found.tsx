import type { Metadata } from 'next';
import { NoSuchPage } from './no-such-page';

export const metadata: Metadata = { title: 'Page not found' };

export default function NotFound() {
  return <NoSuchPage />;
}
