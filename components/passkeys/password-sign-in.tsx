'use client';

import { Field } from '../ui/field';
import { Form, FormMessage, SubmitButton } from '../ui/form';
import { PasswordField } from '../ui/password-field';
import { type FormAction, useAction } from '../ui/use-action';

type PasswordSignInProps = {
  action: FormAction;
  returnTo?: string;
  email?: string;
  busy: boolean;
  prominent: boolean;
  /** Asks for a passkey of the address that was typed. */
  askFor: (email: string, trigger: HTMLButtonElement) => void;
};

/** E-mail and password in one form. Its e-mail field is where the browser offers passkeys. */
export function PasswordSignIn({ action, returnTo, email, busy, prominent, askFor }: PasswordSignInProps) {
  const sending = useAction(action);
  const [state] = sending;
  const failed = state.status === 'failed' ? state : undefined;

  function askForTyped(trigger: HTMLButtonElement) {
    const email = trigger.form?.elements.namedItem('email') as HTMLInputElement;
    if (email.reportValidity()) askFor(email.value.trim(), trigger);
  }

  return (
    <Form sending={sending} className="space-y-4">
      <FormMessage state={state} />
      {returnTo && <input type="hidden" name="return_to" value={returnTo} />}
      <Field
        label="E-mail"
        name="email"
        type="email"
        autoComplete="username webauthn"
        required
        maxLength={254}
        spellCheck={false}
        defaultValue={failed?.values?.email ?? email}
        error={failed?.fields?.email}
      />
      <PasswordField
        label="Password"
        name="password"
        autoComplete="current-password"
        required
        maxLength={1000}
        error={failed?.fields?.password}
      />
      <div className="space-y-1">
        <SubmitButton variant={prominent ? 'primary' : 'secondary'} className="h-11 w-full">
          Sign in
        </SubmitButton>
        <button
          type="button"
          aria-disabled={busy || undefined}
          onClick={(event) => askForTyped(event.currentTarget)}
          className="mx-auto flex min-h-9 items-center rounded-control px-3 text-sm text-muted hover:text-ink hover:underline noscript:hidden"
        >
          Use a passkey for this e-mail
        </button>
      </div>
    </Form>
  );
}
