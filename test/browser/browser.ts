import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readEnv } from '@scaiwave/config';
import { chromium, type Browser, type Page } from 'playwright-core';

/** The built app. */
export const WEB_DIST = fileURLToPath(new URL('../../apps/web/dist', import.meta.url));
export const WIDE = { width: 1440, height: 900 };
export const NARROW = { width: 380, height: 780 };

export const CHROMIUM = readEnv().CHROMIUM_PATH ?? '/usr/bin/chromium';
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const AXE = new URL('../../node_modules/axe-core/axe.min.js', import.meta.url);

interface Violation {
  id: string;
  impact: string;
  nodes: { target: string[]; failureSummary: string }[];
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
}

export interface WindowOptions {
  viewport?: typeof WIDE;
  colorScheme?: 'light' | 'dark';
}

/** A browser window of somebody's own. Faults of the app's own script are added to `problems`. */
export async function openWindow(browser: Browser, { who, problems, viewport = WIDE, colorScheme = 'light' }: WindowOptions & { who: string; problems: string[] }): Promise<Page> {
  const page = await (await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce' })).newPage();
  page.setDefaultTimeout(40_000);
  page.on('pageerror', (error) => problems.push(`${who}: ${error.stack}`));
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) problems.push(`${who}: ${message.text()}`);
  });
  return page;
}

/** {@link seriousProblems} in light and in dark; the page ends in the scheme that it had. */
export async function seriousProblemsInBothSchemes(page: Page, shown: 'light' | 'dark'): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of [shown === 'light' ? 'dark' : 'light', shown] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor({ state: 'attached' });
    found.push(...(await seriousProblems(page)).map((problem) => `${colorScheme}: ${problem}`));
  }
  return found;
}

/** What axe-core finds serious or critical on the page as it is shown now: rule, and where. */
export async function seriousProblems(page: Page): Promise<string[]> {
  await page.evaluate(readFileSync(AXE, 'utf8'));
  // A colour on its way from one scheme to the other is neither.
  await page.evaluate(() => Promise.allSettled(document.getAnimations().flatMap((one) => (one instanceof CSSTransition ? one.finished : []))));
  const violations = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run: (options: object) => Promise<{ violations: Violation[] }> } };
    return (await axe.run({ resultTypes: ['violations'] })).violations;
  });
  return violations.flatMap(({ id, impact, nodes }) => (impact === 'serious' || impact === 'critical' ? nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary}`) : []));
}

/** For the documentation: `SCREENSHOTS=docs/images` keeps what the browser showed. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = readEnv().SCREENSHOTS;
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`) });
}
