import type { Locator, Page } from '@playwright/test';
import { expect, hydrated, test } from './fixtures';
import type { FormCase, World } from './forms';

const unreachable = /^We couldn't reach the server\..+Check your connection, then try again\./;

/**
 * Sends a form as the table says and follows it to where it ends. Where a script runs, it is sent without a connection
 * first: then it says so, keeps what was typed, and is sent by a second press.
 */
async function send(page: Page, form: FormCase, world: World, scripted: boolean) {
  await form.before?.(world);
  const { part, typed } = await fillIn(page, form, world, scripted);
  const button = part.getByRole('button', { name: form.press, exact: true }).first();
  if (scripted) await pressOffline(button, typed);
  await button.click();
  await expect(endOf(page, form)).toBeVisible();
  await form.after?.(world);
}

/** Sends a form without a connection: it says so, and keeps what was typed for the next press. */
export async function pressOffline(button: Locator, typed: [Locator, string][] = []) {
  const page = button.page();
  await page.context().setOffline(true);
  await button.click();
  await expect(page.getByRole('alert').filter({ hasText: unreachable }).first()).toBeVisible();
  for (const [field, value] of typed) await expect(field).toHaveValue(value);
  await page.context().setOffline(false);
}

/** Goes to the form and fills it in; yields the part of the page that it is in, and what was typed. */
export async function fillIn(page: Page, form: FormCase, world: World, scripted: boolean) {
  if (form.at) await page.goto(await resolve(form.at, world));
  if (scripted) await hydrated(page);
  const part = await openPart(page, form, world, scripted);
  const typed: [Locator, string][] = [];
  for (const [label, value] of form.fill ?? [])
    typed.push([part.getByLabel(label, { exact: true }), await resolve(value, world)]);
  for (const [field, value] of typed) await field.fill(value);
  for (const label of form.ticks ?? []) await part.getByLabel(label, { exact: true }).check();
  return { part, typed };
}

/** The part of the page in which the form is, with its question opened where it asks first. */
async function openPart(page: Page, form: FormCase, world: World, scripted: boolean) {
  const around = await partOf(page, form, world);
  const { opens } = form;
  if (!opens) return around;
  if (scripted) {
    await around.getByRole('button', { name: opens }).first().click();
    return page.getByRole('dialog');
  }
  const summary = page.locator('summary').filter({ hasText: opens });
  const question = around.locator('details').filter({ has: summary }).first();
  await question.locator('summary').click();
  return question.locator('form');
}

async function partOf(page: Page, { region, item }: FormCase, world: World): Promise<Page | Locator> {
  if (region) return page.getByRole('region', { name: await resolve(region, world) });
  return item ? page.getByRole('listitem').filter({ hasText: await resolve(item, world) }) : page;
}

const endOf = (page: Page, { ends }: FormCase) =>
  typeof ends === 'object' && 'element' in ends
    ? page.locator(ends.element)
    : page.getByText(ends).filter({ visible: true }).first();

const resolve = async (value: string | ((world: World) => string | Promise<string>), world: World) =>
  typeof value === 'function' ? value(world) : value;

/** Sends one after the other what can be sent where a script runs, or where none does. */
export async function walk(page: Page, forms: FormCase[], world: World, scripted: boolean) {
  for (const form of forms.filter(({ needsScript }) => scripted || !needsScript))
    await test.step(`${form.action} at ${page.url()}`, () => send(page, form, world, scripted));
}
