import { existsSync } from 'node:fs';
import { CHROMIUM, launchBrowser } from '../../browser/browser.ts';
import { fillRoom } from '../../browser/long-room.ts';
import { quantile, round } from '../numbers.mjs';

const COUNT = 100_000;
const OPENINGS = 20;
const STEPS = 120;
const STEP_PX = 400;

/**
 * W11: Chromium on the same two cores. A room of 100,000 messages is opened, from the press of the button until its last message is
 * painted: as the first room after the app was loaded (cold), after another room (first), and once more after that (again); then it is
 * scrolled through. Null where there is no Chromium.
 */
export async function web({ all, alice }, otherRoom) {
  if (!existsSync(CHROMIUM)) return null;
  const name = `Long ${Date.now()}`;
  await makeLongRoom(all, alice, name);
  const browser = await launchBrowser();
  try {
    const page = await signIn(browser, all.tenant('acme').base_url);
    const load = () => page.goto(all.tenant('acme').base_url);
    const open = () => openingOf(page, name, `line ${COUNT}`);
    const openOther = () => openingOf(page, otherRoom, '');
    const [cold, first, again] = [[], [], []];
    for (let n = 0; n < OPENINGS; n += 1) {
      await load();
      cold.push(await open());
      await load();
      await openOther();
      first.push(await open());
      await openOther();
      again.push(await open());
    }
    return { messages: COUNT, cold_ms: spread(cold), first_ms: spread(first), again_ms: spread(again), frame_ms: spread(await framesOf(page)) };
  } finally {
    await browser.close();
  }
}

async function makeLongRoom(all, alice, name) {
  const { id } = await alice.call('POST', '/v1/rooms', { room_type: 'group', name });
  const owner = await all.ownerOf('one');
  const { rows: [{ tenant_id: tenantId }] } = await owner.query('SELECT tenant_id FROM rooms WHERE id = $1', [id]);
  await owner.query(fillRoom(COUNT), [tenantId, id, alice.fqid]);
  await owner.query('ANALYZE events');
  await owner.end();
}

async function signIn(browser, url) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(url);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: /Log in as Alice/ }).click();
  await page.getByRole('navigation', { name: 'Rooms' }).waitFor();
  return page;
}

/** Milliseconds from the press on a room's link until a message with this text is painted. */
async function openingOf(page, name, text) {
  const link = page.getByRole('navigation', { name: 'Rooms' }).getByText(name, { exact: true });
  await link.waitFor();
  await page.waitForLoadState('networkidle');
  const painted = page.evaluate(
    ([heading, wanted]) =>
      new Promise((resolve) => {
        let began = 0;
        addEventListener('pointerdown', ({ timeStamp }) => (began = timeStamp), { once: true, capture: true });
        const isThere = () => [...document.querySelectorAll('h1, h2')].some(({ textContent }) => textContent === heading) && [...document.querySelectorAll('article')].at(-1)?.textContent.includes(wanted);
        const look = () => (began > 0 && isThere() ? requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began))) : requestAnimationFrame(look));
        look();
      }),
    [name, text],
  );
  await link.click();
  return painted;
}

/** Milliseconds of each frame while the messages are scrolled up and down again. */
function framesOf(page) {
  return page.evaluate(
    async ([steps, px]) => {
      const list = document.querySelector('.sw-messages');
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      const took = [];
      let before = await frame();
      for (let n = 0; n < steps; n += 1) {
        list.scrollBy(0, n < (steps * 3) / 4 ? -px : px);
        const now = await frame();
        took.push(now - before);
        before = now;
      }
      return took;
    },
    [STEPS, STEP_PX],
  );
}

function spread(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return { p50: round(quantile(sorted, 0.5)), p95: round(quantile(sorted, 0.95)), worst: round(sorted.at(-1)) };
}
