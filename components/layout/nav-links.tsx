'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';

export type NavigationGroup = { label?: string; items: { href: string; label: string }[] };

/** The navigation, which knows where one is. Choosing closes the menu that it may stand in. */
export function NavLinks({ groups }: { groups: NavigationGroup[] }) {
  const here = usePathname();
  return (
    <div className="space-y-6">
      {groups.map((group, index) => (
        <div key={group.label ?? index}>
          {group.label && <p className="mb-1.5 px-3 text-xs font-medium text-muted">{group.label}</p>}
          <ul className="space-y-0.5">
            {group.items.map(({ href, label }) => (
              <li key={href}>
                <Link
                  href={href}
                  prefetch={false}
                  aria-current={here === href ? 'page' : isBelow(here, href) ? 'true' : undefined}
                  onClick={(event) => event.currentTarget.closest('details')?.removeAttribute('open')}
                  className="flex min-h-9 items-center rounded-control px-3 text-[0.9375rem] text-muted hover:bg-inset hover:text-ink aria-[current]:bg-accent-soft aria-[current]:font-medium aria-[current]:text-accent-ink"
                >
                  {label}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </div>
  );
}

/** A page of one thing belongs to the list that it is in; the overview has no such pages. */
const isBelow = (here: string, href: string) => href.split('/').length > 2 && here.startsWith(`${href}/`);
