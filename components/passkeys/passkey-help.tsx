import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';

const questions: [string, ReactNode][] = [
  [
    'What are passkeys?',
    'A passkey replaces the password. Your device keeps it and uses it only after your fingerprint, face or screen lock. It works on this site alone, so it cannot be typed into a false one, and there is nothing to remember.',
  ],
  [
    'Where are they saved?',
    'In the password manager of your device or browser, such as iCloud Keychain, Google Password Manager, Windows Hello or 1Password, or on a security key. “Synced” ones are on all devices where you use that password manager; “This device only” ones stay where they were made. Your fingerprint or face never leaves your device.',
  ],
  [
    'What if I lose my device?',
    'A synced passkey comes back when you set up a new device with the same password manager. For the others, add a second passkey now, on another device or a security key. Then sign in with that one and choose “I lost this device” here. With nothing left, “Forgot your password or lost your passkey?” on the sign-in page brings you back.',
  ],
  [
    'Who else could use them?',
    'Anyone who can unlock your device can sign in as you. Do not save a passkey on a device that you share.',
  ],
];

export const PasskeyHelp = ({ title }: { title?: string }) => (
  <section>
    {title && <h2 className="mb-3 text-lg font-semibold">{title}</h2>}
    <div className="divide-y divide-line rounded-card border border-line bg-surface">
      {questions.map(([question, answer]) => (
        <details key={question} className="group">
          <summary className="flex min-h-12 items-center gap-2.5 rounded-card px-4 py-3 text-[0.9375rem] font-medium sm:px-5">
            <ChevronRight
              aria-hidden
              size={16}
              className="shrink-0 text-muted transition-transform group-open:rotate-90"
            />
            {question}
          </summary>
          <p className="max-w-prose px-4 pb-4 pl-[2.625rem] text-sm text-muted sm:px-5 sm:pl-[2.875rem]">{answer}</p>
        </details>
      ))}
    </div>
  </section>
);
