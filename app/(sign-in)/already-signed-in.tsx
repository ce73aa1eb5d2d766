import { signOut } from '@/app/actions';
import { SignInHeading } from '@/components/layout/sign-in-shell';
import { ButtonLink } from '@/components/ui/button';
import { ButtonForm, SubmitButton } from '@/components/ui/form';

/** An account is made by somebody who is not signed in, so that nobody takes over a link meant for another. */
export const AlreadySignedIn = ({ email }: { email: string }) => (
  <>
    <SignInHeading title="You are signed in">
      This browser is signed in as {email}. To create another account, sign out and open this page again.
    </SignInHeading>
    <div className="flex flex-col gap-2">
      <ButtonLink variant="primary" size="large" href="/account">
        Go to your account
      </ButtonLink>
      <ButtonForm action={signOut}>
        <SubmitButton className="w-full">Sign out</SubmitButton>
      </ButtonForm>
    </div>
  </>
);
