import { config } from '@/lib/config';

/** One letter to one address, in plain text and in HTML with the same words. */
export type Letter = { to: string; subject: string; text: string; html: string };

type Draft = { to: string; subject: string; lines: string[]; button?: { label: string; url: string }; footer: string };

const ignore = 'If this was not you, ignore this letter: nothing happens without the link.';

export const signUpLetter = (to: string, url: string) =>
  write({
    to,
    subject: 'Confirm your address',
    lines: ['Use this link within an hour to create your account. It works once.'],
    button: { label: 'Create your account', url },
    footer: ignore,
  });

export const alreadySignedUpLetter = (to: string) =>
  write({
    to,
    subject: 'You already have an account',
    lines: [
      'Somebody, perhaps you, tried to sign up with this address. You already have an account here: sign in instead.',
    ],
    button: { label: 'Sign in', url: `${config.publicUrl}/sign-in` },
    footer: 'If this was not you, there is nothing to do: your account is unchanged.',
  });

export const invitationLetter = (to: string, url: string, inviter: string) =>
  write({
    to,
    subject: `${inviter} invites you to ${config.webauthn.rpName}`,
    lines: ['Use this link within seven days to create your account with a passkey. It works once.'],
    button: { label: 'Accept the invitation', url },
    footer: 'If you did not expect this, ignore this letter.',
  });

const check = 'If this was not you, sign in, remove that passkey and end the sessions that you do not know.';

export const passkeyAddedLetter = (to: string, passkeyName: string) =>
  write({
    to,
    subject: 'A passkey was added to your account',
    lines: [`The passkey "${passkeyName}" can now sign in to your account.`],
    button: { label: 'Look at your passkeys', url: `${config.publicUrl}/account/passkeys` },
    footer: check,
  });

export const passkeyRemovedLetter = (to: string, passkeyName: string) =>
  write({
    to,
    subject: 'A passkey was removed from your account',
    lines: [`The passkey "${passkeyName}" can no longer sign in to your account.`],
    button: { label: 'Look at your passkeys', url: `${config.publicUrl}/account/passkeys` },
    footer: 'If this was not you, sign in and remove what you do not know.',
  });

export const passkeySuspectLetter = (to: string, passkeyName: string) =>
  write({
    to,
    subject: 'A passkey answered out of order',
    lines: [
      `A sign-in with the passkey "${passkeyName}" was refused, because it answered with an old count. That can be a fault of the device, or a sign that the passkey was copied.`,
      'It still works. If you are in doubt, add a new passkey and remove this one.',
    ],
    button: { label: 'Look at your passkeys', url: `${config.publicUrl}/account/passkeys` },
    footer: 'You get this letter because the account is yours.',
  });

function write({ to, subject, lines, button, footer }: Draft): Letter {
  const text = [
    ...lines,
    button && `${button.label}:\n${button.url}`,
    footer,
    `-- \n${config.webauthn.rpName}\n${config.publicUrl}`,
  ];
  const paragraphs = lines.map((line) => `<p style="margin:0 0 16px">${escapeHtml(line)}</p>`).join('');
  const link =
    button &&
    `<p style="margin:24px 0"><a href="${escapeHtml(button.url)}" style="background:${config.accentColor};color:#fff;padding:12px 20px;border-radius:8px;text-decoration:none;display:inline-block">${escapeHtml(button.label)}</a></p><p style="margin:0 0 16px;color:#666;font-size:13px">Or open this address:<br>${escapeHtml(button.url)}</p>`;
  const html = `<!doctype html><html lang="en"><body style="margin:0;padding:32px 16px;background:#f5f5f4;font:16px/1.5 system-ui,sans-serif;color:#1c1c1a"><div style="max-width:480px;margin:0 auto;background:#fff;border-radius:12px;padding:32px"><h1 style="font-size:20px;margin:0 0 16px">${escapeHtml(subject)}</h1>${paragraphs}${link ?? ''}<p style="margin:0;color:#666;font-size:13px">${escapeHtml(footer)}</p></div></body></html>`;
  return { to, subject, text: text.filter(Boolean).join('\n\n'), html };
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
