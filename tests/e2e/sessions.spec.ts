import { expect, newPerson, signIn, signUp, test } from './fixtures';

test('sessions are seen and ended, one and all, and are out on the next request', async ({
  page,
  passkey,
  otherDevice,
}) => {
  const person = newPerson();
  await signUp(page, person);
  const phone = await otherDevice(await passkey.credentials());
  await signIn(phone.page, phone.passkey);
  const tablet = await otherDevice(await phone.passkey.credentials());
  await signIn(tablet.page, tablet.passkey);
  const desk = await otherDevice(await tablet.passkey.credentials());
  await signIn(desk.page, desk.passkey);

  await page.goto('/account/sessions');
  const sessions = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'Chrome on Windows' }) });
  await expect(sessions).toHaveCount(4);
  await expect(sessions.first()).toContainText('This one');
  await expect(sessions.filter({ hasText: 'This one' })).toHaveCount(1);
  await expect(sessions.nth(1)).toContainText('with a passkey');

  await test.step('ending can be thought over', async () => {
    await sessions.nth(1).getByRole('button', { name: 'End' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await expect(sessions).toHaveCount(4);
  });

  await test.step('one is ended', async () => {
    await sessions.nth(1).getByRole('button', { name: 'End' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'End session' }).click();
    await expect(page.getByRole('status').filter({ hasText: 'That session is ended.' })).toBeVisible();
    await expect(sessions).toHaveCount(3);
  });
  const others = [phone, tablet, desk];
  const out: string[] = [];
  for (const other of others) {
    await other.passkey.touched(false);
    await other.page.goto('/account');
    if (other.page.url().includes('/sign-in')) out.push(other.page.url());
  }
  expect(out, 'exactly one is out').toHaveLength(1);

  await page.getByRole('button', { name: 'End all others' }).click();
  await page.getByRole('dialog', { name: 'End 2 other sessions?' }).getByRole('button', { name: 'End all' }).click();
  await expect(page.getByRole('status').filter({ hasText: '2 other sessions are ended.' })).toBeVisible();
  await expect(sessions).toHaveCount(1);
  for (const other of others) {
    await other.page.goto('/account');
    await other.page.waitForURL('**/sign-in**');
  }

  await test.step('what happened is told in sentences', async () => {
    await page.goto('/account/activity');
    const events = page.getByRole('region', { name: 'Today' }).getByRole('listitem');
    await expect(events.filter({ hasText: 'A session was ended' })).toHaveCount(3);
    await expect(events.filter({ hasText: 'Signed in with a passkey' })).toHaveCount(3);
    await expect(events.last()).toContainText('Created the account');
  });
});
