import { readEnv } from '@scaiwave/config';
import { ERROR_CATALOGUE } from '@scaiwave/protocol';
import { until } from '@scaiwave/testing';
import type { Locator, Page } from 'playwright-core';
import { NARROW, screenshot, WIDE } from './browser.js';

export interface Place {
  name: string;
  /** what of the API does not answer */
  path: RegExp;
  open: () => Promise<void>;
  /** where it is said; the whole page where that is left out */
  within?: Locator;
  /** the field that asks shows by itself that it does */
  hasOwnLoader?: boolean;
}

const CODE = 'SW_AUTH_INSUFFICIENT_PERMISSION';
const REFUSED = ERROR_CATALOGUE[CODE].sentence;
const UNREACHABLE = 'The server cannot be reached from this browser.';

/**
 * While a part of the API does not answer the place says that it loads; refused and cut off it says so in the catalogue's words,
 * and "Try again" brings back what was missing. The page's clock must be installed: the app's own attempts take seconds.
 */
export async function failsWellAndRecovers(page: Page, place: Place): Promise<void> {
  const within = place.within ?? page.locator('body');
  let answer: 'refuse' | 'cut' | 'let' = 'refuse';
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const isMeant = (url: URL) => place.path.test(url.pathname + url.search);
  await page.route(isMeant, async (route) => {
    await released;
    if (answer === 'refuse') await route.fulfill({ status: 403, contentType: 'application/problem+json', body: JSON.stringify({ error: { code: CODE } }) });
    else if (answer === 'cut') await route.abort('connectionfailed');
    else await route.continue();
  });
  await place.open();
  if (!place.hasOwnLoader) {
    await within.getByRole('status', { name: 'Loading…' }).first().waitFor();
    await inBothSizes(page, `loading-${place.name}`);
  }
  release();
  const said = (sentence: string) => within.getByRole('alert').filter({ hasText: sentence }).first();
  const again = within.getByRole('alert').getByRole('button', { name: 'Try again' }).first();
  // A page that asks every few seconds by itself may do so at this very moment.
  const tryAgain = () => again.click({ timeout: 2_000 }).catch(() => again.isVisible());
  await said(REFUSED).waitFor();
  await inBothSizes(page, `refused-${place.name}`);
  answer = 'cut';
  await again.waitFor();
  await tryAgain();
  await until(`${place.name} says that the server cannot be reached`, async () => {
    await page.clock.fastForward(5_000);
    return said(UNREACHABLE).isVisible();
  });
  await again.waitFor();
  answer = 'let';
  await tryAgain();
  await said(UNREACHABLE).waitFor({ state: 'detached' });
  await page.unroute(isMeant);
}

async function inBothSizes(page: Page, name: string): Promise<void> {
  await screenshot(page, `${name}-1440`);
  const size = page.viewportSize();
  if (!readEnv().SCREENSHOTS || !size) return;
  await page.setViewportSize(NARROW);
  await screenshot(page, `${name}-380`);
  await page.setViewportSize(WIDE);
}
