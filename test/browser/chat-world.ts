// What is evaluated in the page knows its document.
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { TestNetwork } from '@scaiwave/testing';
import type { Browser, Locator, Page } from 'playwright-core';
import { launchBrowser, openWindow, WEB_DIST, type WindowOptions } from './browser.js';

export const LONG_MS = 120_000;

/** Whole servers that serve the app, and a browser. */
export class ChatWorld {
  /** faults of the app's own script */
  readonly problems: string[] = [];

  private constructor(
    readonly network: TestNetwork,
    readonly browser: Browser,
  ) {}

  static async create(servers: readonly string[], env: Record<string, string> = {}): Promise<ChatWorld> {
    const [network, browser] = await Promise.all([TestNetwork.create(servers, { env: { WEB_DIST, ...env } }), launchBrowser()]);
    return new ChatWorld(network, browser);
  }

  openWindow(who: string, options: WindowOptions = {}): Promise<Page> {
    return openWindow(this.browser, { who, problems: this.problems, ...options });
  }

  /** Until the page shows somebody's rooms. */
  async signIn(page: Page, { who, server, role = 'user' }: { who: string; server: string; role?: 'user' | 'admin' }): Promise<void> {
    this.network.signsInNext(who, server, role);
    await page.goto(`http://${this.network.server(server).serverName}`);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('navigation', { name: 'Rooms' }).waitFor();
  }

  /** Somebody at their rooms, in a window of their own. */
  async enter(who: string, server: string, options: WindowOptions & { role?: 'admin' } = {}): Promise<Page> {
    const { role, ...look } = options;
    const page = await this.openWindow(who, look);
    await this.signIn(page, { who, server, ...(role && { role }) });
    return page;
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.network.close();
  }
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
