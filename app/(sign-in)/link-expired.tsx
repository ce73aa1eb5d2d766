import { SignInHeading } from '@/components/layout/sign-in-shell';
import { ButtonLink } from '@/components/ui/button';

type LinkExpiredProps = { children: string; way: { href: string; label: string } };

/** A link that no longer works: why that may be, and the way on. */
export const LinkExpired = ({ children, way }: LinkExpiredProps) => (
  <>
    <SignInHeading title="This link no longer works">{children}</SignInHeading>
    <div className="flex flex-col gap-2">
      <ButtonLink variant="primary" size="large" href={way.href}>
        {way.label}
      </ButtonLink>
      {way.href !== '/sign-in' && <ButtonLink href="/sign-in">Sign in</ButtonLink>}
    </div>
  </>
);
