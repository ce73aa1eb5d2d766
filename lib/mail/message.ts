import { config } from '@/lib/config';

/** One e-mail to one address, in plain text and in HTML with the same words. */
export type Message = { to: string; subject: string; text: string; html: string };

export type Draft = {
  to: string;
  subject: string;
  lines: string[];
  button?: { label: string; url: string };
  footer: string;
};

/** Lays a draft out as an e-mail; everything in it is escaped. */
export function composeMessage({ to, subject, lines, button, footer }: Draft): Message {
  const text = [
    ...lines,
    button && `${button.label}:\n${button.url}`,
    footer,
    `-- \n${config.webauthn.rpName}\n${config.publicUrl}`,
  ];
  const paragraphs = lines.map((line) => `<p style="margin:0 0 16px">${escapeHtml(line)}</p>`).join('');
  const link =
    button &&
    `<p style="margin:24px 0"><a href="${escapeHtml(button.url)}" style="background:#1c1c1a;color:#fff;padding:12px 20px;border-radius:8px;text-decoration:none;display:inline-block">${escapeHtml(button.label)}</a></p><p style="margin:0 0 16px;color:#666;font-size:13px">Or open this address:<br>${escapeHtml(button.url)}</p>`;
  const html = `<!doctype html><html lang="en"><body style="margin:0;padding:32px 16px;background:#f5f5f4;font:16px/1.5 system-ui,sans-serif;color:#1c1c1a"><div style="max-width:480px;margin:0 auto;background:#fff;border-radius:12px;padding:32px"><img src="${escapeHtml(config.publicUrl)}/letter-logo.png" width="40" height="40" alt="" style="display:block;margin:0 0 16px"><h1 style="font-size:20px;margin:0 0 16px">${escapeHtml(subject)}</h1>${paragraphs}${link ?? ''}<p style="margin:0;color:#666;font-size:13px">${escapeHtml(footer)}</p></div></body></html>`;
  return { to, subject, text: text.filter(Boolean).join('\n\n'), html };
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
