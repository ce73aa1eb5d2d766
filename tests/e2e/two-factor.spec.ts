import { readFileSync } from 'node:fs';
import { renderSVG } from 'uqr';
import { expectReadable } from './every-page';
import {
  AuthenticatorApp,
  declineOffer,
  enterCode,
  enterPassword,
  enterWrongCode,
  keyOnPage,
  recoveryCodesOnPage,
  setPassword,
  signOut,
  turnOnTwoStep,
} from './factors';
import { emailTo, expect, newPerson, signIn, signUp, test } from './fixtures';

test('two-step sign-in is set up, and its codes are shown once', async ({ page, passkey }) => {
  const person = newPerson();
  await signUp(page, person);
  await page.goto('/account/security');
  await page.getByRole('button', { name: 'Turn on two-step sign-in' }).click();
  const app = new AuthenticatorApp(await keyOnPage(page), person);
  await test.step('the picture says what the text says', async () => {
    const src = (await page.getByRole('img', { name: 'QR code' }).getAttribute('src')) ?? '';
    const drawn = Buffer.from(src.slice(src.indexOf(',') + 1), 'base64').toString();
    expect(drawn).toBe(renderSVG(app.uri, { border: 2 }));
  });
  await expectReadable(page);

  const field = page.getByLabel('Enter the code that the app shows');
  await field.fill('12345');
  await page.getByRole('button', { name: 'Confirm', exact: true }).click();
  await expect(page.getByText('A code from the app has six digits.')).toBeVisible();
  await field.fill('000000');
  await page.getByRole('button', { name: 'Confirm', exact: true }).click();
  await expect(page.getByText('That code did not match.')).toBeVisible();
  await field.fill(await app.code());
  await page.getByRole('button', { name: 'Confirm', exact: true }).click();
  const codes = await recoveryCodesOnPage(page);
  expect(new Set(codes).size).toBe(10);
  const heading = page.getByRole('region', { name: 'Two-step sign-in' });
  await expect(heading.getByText('On', { exact: true }), 'the badge, while the codes are shown').toBeVisible();
  await expectReadable(page);

  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download' }).click();
  const file = readFileSync(await (await download).path(), 'utf8');
  expect(file.split('\r\n')).toEqual(expect.arrayContaining(codes));

  await page.getByRole('link', { name: 'I have kept them' }).click();
  const card = page.getByRole('region', { name: 'Two-step sign-in' });
  await expect(card.getByText('10 of 10 recovery codes left')).toBeVisible();
  await expect(page.getByText(codes[0] ?? '')).toHaveCount(0);
  await emailTo(page, person.email, 'Two-step sign-in is on');

  await test.step('a passkey that checks who it is needs no code', async () => {
    await page.goto('/account');
    await signOut(page);
    await signIn(page, passkey);
    await page.waitForURL('**/account');
  });
});

test('after the password comes a code of the app, or a recovery code, once', async ({ page, passkey }) => {
  const person = newPerson();
  await signUp(page, person);
  await setPassword(page);
  const { app, codes } = await turnOnTwoStep(page, person);
  const [first = '', second = ''] = codes;
  await passkey.touched(false);
  await signOut(page);

  await test.step('a waiting code is no session', async () => {
    await enterPassword(page, person);
    await page.waitForURL('**/two-factor');
    await page.goto('/account');
    await page.waitForURL('**/sign-in**');
    await page.goto('/two-factor');
    await expectReadable(page);
  });
  const code = await app.code();
  await enterCode(page, 'k7p2-x9qa');
  await expect(page.getByText('A recovery code looks like k7p2-x9qa3mt-c4w8n5r.')).toBeVisible();
  await enterWrongCode(page, '000000');
  await enterCode(page, code);
  await declineOffer(page);
  await signOut(page);

  await test.step('a code counts once; a recovery code stands in for it', async () => {
    await enterPassword(page, person);
    await enterWrongCode(page, code);
    await page.getByRole('link', { name: 'Use a recovery code' }).click();
    await enterCode(page, first.toUpperCase().replaceAll('-', ' '));
    await page.waitForURL('**/account/security?notice=recovery-code-used');
    await expect(page.getByText('That code is used up, and 9 are left.')).toBeVisible();
    await emailTo(page, person.email, 'A recovery code was used');
  });

  await test.step('new codes end the old ones', async () => {
    await page.goto('/account/security');
    await page.getByRole('button', { name: 'Make new codes' }).click();
    const [renewed = ''] = await recoveryCodesOnPage(page);
    await signOut(page);
    await enterPassword(page, person);
    for (const spent of [first, second]) await enterWrongCode(page, spent);
    await enterCode(page, renewed);
    await page.waitForURL('**/account/security**');
  });
});

test('all of it works without a script', async ({ page, withoutScript }) => {
  const person = newPerson();
  await signUp(page, person);
  await setPassword(page);
  await enterPassword(withoutScript, person);
  await declineOffer(withoutScript);
  const { app, codes } = await turnOnTwoStep(withoutScript, person);
  await signOut(withoutScript);

  await enterPassword(withoutScript, person);
  await enterCode(withoutScript, await app.code());
  await withoutScript.waitForURL('**/account');
  await signOut(withoutScript);

  await enterPassword(withoutScript, person);
  await withoutScript.getByRole('link', { name: 'Use a recovery code' }).click();
  await enterCode(withoutScript, codes[0] ?? '');
  await withoutScript.waitForURL('**/account/security?notice=recovery-code-used');
  await withoutScript.goto('/account/security');
  await withoutScript.locator('summary', { hasText: 'Turn off' }).click();
  await withoutScript.getByRole('button', { name: 'Turn off' }).click();
  await expect(withoutScript.getByText('Two-step sign-in is off.')).toBeVisible();

  await test.step('what came of it is said, though its button is gone with it', async () => {
    await withoutScript.locator('summary', { hasText: 'Remove' }).click();
    await withoutScript.getByRole('button', { name: 'Remove password' }).click();
    await expect(withoutScript.getByText('Your password is removed.')).toBeVisible();
    await withoutScript.goto('/account/sessions');
    await withoutScript.locator('summary', { hasText: 'End all others' }).click();
    await withoutScript.getByRole('button', { name: 'End all others' }).click();
    await expect(withoutScript.getByText('One other session is ended.')).toBeVisible();
  });
});
