import { config } from '@/lib/config';
import { composeMessage as write } from './message';

type Words = { subject: string; lines: string[]; footer?: string };

const ignore = 'If this was not you, ignore this e-mail: nothing happens without the link.';
const linkEmail = (to: string, [label, url]: [label: string, url: string], words: Words) =>
  write({ footer: ignore, ...words, to, button: { label, url } });

const account = (path: string) => `${config.publicUrl}/account${path}`;
const passkeyEmail = (to: string, { footer = 'You get this e-mail because the account is yours.', ...words }: Words) =>
  linkEmail(to, ['Look at your passkeys', account('/passkeys')], { ...words, footer });

export const signUpEmail = (to: string, url: string) =>
  linkEmail(to, ['Create your account', url], {
    subject: 'Confirm your address',
    lines: ['Use this link within an hour to create your account. It works once.'],
  });

export const alreadySignedUpEmail = (to: string) =>
  linkEmail(to, ['Sign in', `${config.publicUrl}/sign-in`], {
    subject: 'You already have an account',
    lines: [
      'Somebody, perhaps you, tried to sign up with this address. You already have an account here: sign in instead.',
    ],
    footer: 'If this was not you, there is nothing to do: your account is unchanged.',
  });

export const invitationEmail = (to: string, url: string, inviter?: string) =>
  linkEmail(to, ['Accept the invitation', url], {
    subject: `${inviter ? `${inviter} invites you` : 'You are invited'} to ${config.webauthn.rpName}`,
    lines: ['Use this link within seven days to create your account with a passkey. It works once.'],
    footer: 'If you did not expect this, ignore this e-mail.',
  });

export const passkeyAddedEmail = (to: string, name: string) =>
  passkeyEmail(to, {
    subject: 'A passkey was added to your account',
    lines: [`The passkey "${name}" can now sign in to your account.`],
    footer: 'If this was not you, sign in, remove that passkey and end the sessions that you do not know.',
  });

export const passkeyRemovedEmail = (to: string, name: string) =>
  passkeyEmail(to, {
    subject: 'A passkey was removed from your account',
    lines: [`The passkey "${name}" can no longer sign in to your account.`],
    footer: 'If this was not you, sign in and remove what you do not know.',
  });

export const passkeySuspectEmail = (to: string, name: string) =>
  passkeyEmail(to, {
    subject: 'A passkey answered out of order',
    lines: [
      `A sign-in with the passkey "${name}" was refused, because it answered with an old count. That can be a fault of the device, or a sign that the passkey was copied.`,
      'It still works. If you are in doubt, add a new passkey and remove this one.',
    ],
  });

export const passkeyChangedEmail = (to: string, name: string) =>
  passkeyEmail(to, {
    subject: 'A passkey has changed and was refused',
    lines: [
      `A sign-in with the passkey "${name}" was refused: whether it can be synced is not what it was when the passkey was made. That can be a fault of the app or device that keeps it, or a sign that it was replaced.`,
      'Sign in another way, add a new passkey, and remove this one.',
    ],
  });

const notYou =
  'If this was not you, sign in with a passkey, end the sessions that you do not know, and change what was changed.';

const notice = (to: string, subject: string, lines: string[], footer = notYou) =>
  linkEmail(to, ['Look at your account', account('/security')], { subject, lines, footer });

export const passwordChangedEmail = (to: string) =>
  notice(to, 'Your password was changed', ['A new password can now sign in to your account.']);

export const passwordRemovedEmail = (to: string) =>
  notice(to, 'Your password was removed', ['Your account can no longer be signed in to with a password.']);

export const totpChangedEmail = (to: string, state: 'on' | 'off') =>
  state === 'on'
    ? notice(to, 'Two-step sign-in is on', [
        'Signing in with your password now also takes a code from your authenticator app.',
      ])
    : notice(to, 'Two-step sign-in is off', [
        'Codes from your authenticator app are no longer asked for, and your recovery codes have ended.',
      ]);

export const recoveryCodeUsedEmail = (to: string, left: number) =>
  notice(to, 'A recovery code was used', [
    `Somebody signed in to your account with a recovery code. You have ${left} left.`,
    'If you have lost your authenticator app, set it up anew, and make new recovery codes.',
  ]);

export const failedAttemptsEmail = (to: string) =>
  notice(
    to,
    'Somebody keeps trying your password',
    [
      'Several sign-ins with a wrong password were refused. Further tries now have to wait. Your passkeys work as ever.',
    ],
    'If this was you, use a passkey, or ask for a recovery link on the sign-in page.',
  );

export const newBrowserEmail = (to: string, browser: string, address: string) =>
  notice(to, 'A new browser signed in', [
    `${browser} signed in to your account from ${address}. It had not been used before.`,
  ]);

export const recoveryEmail = (to: string, url: string) =>
  linkEmail(to, ['Get back in', url], {
    subject: 'Get back into your account',
    lines: ['Use this link within an hour to get back in. It works once, and it ends your other sessions.'],
  });

const undone =
  'If this was you, there is nothing to do. If not, the button takes away what was added and ends its sessions, for a week from now and without signing in.';
const heldFor = () => `for the next ${hoursInWords(config.recoveryHold)}`;
const hoursInWords = (seconds: number) => {
  const [hours, minutes] = [Math.round(seconds / 3600), Math.ceil(seconds / 60)];
  return hours > 1 ? `${hours} hours` : `${minutes} minutes`;
};

export const recoveredEmail = (to: string, cancelUrl: string) =>
  linkEmail(to, ['This was not me: undo it', cancelUrl], {
    subject: 'Your account was recovered by mail',
    lines: [
      'A recovery link was used to get into your account. All other sessions were ended.',
      `What was there before can neither be removed nor changed from there ${heldFor()}, except a password.`,
    ],
    footer: undone,
  });

export const recoveredAtServerEmail = (to: string) =>
  notice(to, 'Your account was recovered', [
    'Whoever runs the service made a link on the server, and it was used to get into your account. All other sessions were ended.',
  ]);

/** What was added and is held, each with the e-mail's subject and its sentence. */
const added = {
  passkey: ['A passkey was added to your account', 'A new passkey can now sign in to your account.'],
  password: ['Your password was changed', 'A new password can now sign in to your account.'],
  totp: ['Two-step sign-in is on', 'Signing in with your password now also takes a code from an authenticator app.'],
} as const;

export const addedOnHoldEmail = (to: string, what: keyof typeof added, cancelUrl: string) =>
  linkEmail(to, ['This was not me: undo it', cancelUrl], {
    subject: added[what][0],
    lines: [
      `${added[what][1]} It was added by somebody who came by a recovery link, or with a password alone.`,
      `It removes and changes nothing that was there before ${heldFor()}.`,
    ],
    footer: undone,
  });

export const recoveryCancelledEmail = (to: string) =>
  notice(to, 'A recovery was undone', [
    'What had been added to your account after a recovery link was used is gone, and its sessions have ended.',
    'If you did not ask for that link yourself, somebody may be reading your mail: change the password of your mailbox.',
  ]);

export const confirmAddressEmail = (to: string, url: string) =>
  linkEmail(to, ['Use this address', url], {
    subject: 'Confirm your new address',
    lines: ['Use this link within an hour to make this the address of your account. It works once.'],
  });

export const confirmOwnAddressEmail = (to: string, url: string) =>
  linkEmail(to, ['Confirm this address', url], {
    subject: 'Confirm your address',
    lines: [
      'Use this link within an hour to confirm that this is the address of your account. It works once. Links to get back in go to confirmed addresses only.',
    ],
  });

export const addressChangingEmail = (to: string, next: string) =>
  notice(to, 'Your address is about to change', [
    `Somebody asked to change the address of your account to ${next}. It changes once that address is confirmed.`,
  ]);

export const addressChangedEmail = (to: string, next: string) =>
  notice(to, 'Your address was changed', [
    `The address of your account is now ${next}. This is the last e-mail to the old one.`,
  ]);

export const accountDeletedEmail = (to: string) =>
  write({
    to,
    subject: 'Your account was deleted',
    lines: ['Your account with its passkeys, sessions and everything else we held about you is gone.'],
    footer: 'If this was not you, write to your administrator.',
  });
