import type { ReactNode } from 'react';
import { AccountFrame } from '../(account)/account-frame';

export default function AdminLayout({ children }: { children: ReactNode }) {
  return <AccountFrame strong>{children}</AccountFrame>;
}
