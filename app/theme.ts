import { cookies } from 'next/headers';
import type { Theme } from '@/components/layout/theme-choice';

/** What the visitor chose, or the system's own. */
export async function currentTheme(): Promise<Theme> {
  const chosen = (await cookies()).get('theme')?.value;
  return chosen === 'light' || chosen === 'dark' ? chosen : 'system';
}
