// What is evaluated in the page knows its document.
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { fileURLToPath } from 'node:url';
import type { TestNetwork } from '@scaiwave/testing';
import type { Browser, Locator, Page } from 'playwright-core';

export const WEB_DIST = fileURLToPath(new URL('../../apps/web/dist', import.meta.url));
export const WIDE = { width: 1440, height: 900 };
export const NARROW = { width: 380, height: 780 };
export const LONG_MS = 120_000;

interface SignIn {
  browser: Browser;
  network: TestNetwork;
  who: string;
  server: string;
  role?: 'user' | 'admin';
  viewport?: typeof WIDE;
  colorScheme?: 'light' | 'dark';
  /** faults of the app's own script are added here */
  problems: string[];
}

/** Somebody at their rooms, in a browser window of their own. */
export async function signIn({ browser, network, who, server, role = 'user', viewport = WIDE, colorScheme = 'light', problems }: SignIn): Promise<Page> {
  const context = await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.setDefaultTimeout(40_000);
  page.on('pageerror', (error) => problems.push(`${who}: ${error.stack}`));
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) problems.push(`${who}: ${message.text()}`);
  });
  network.signsInNext(who, server, role);
  await page.goto(`http://${network.server(server).serverName}`);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Rooms' }).waitFor();
  return page;
}

export async function openRoom(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Rooms' }).getByText(name, { exact: true }).click();
  await page.getByRole('heading', { name, exact: true }).waitFor();
}

export async function say(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).fill(text);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
}

/** The newest message with this text. */
export function message(page: Page, text: string): Locator {
  return page.getByRole('article').filter({ hasText: text }).last();
}

/** The list that scrolls. */
export function list(page: Page): Locator {
  return page.getByRole('region', { name: 'Messages' });
}
