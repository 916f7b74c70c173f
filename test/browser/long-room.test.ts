import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { until, type Person, type TestNetwork } from '@scaiwave/testing';
import type { Page } from 'playwright-core';
import { NARROW, WIDE } from './browser.js';
import { ChatWorld, list, message, openRoom, say } from './chat-world.js';
import { fillRoom } from './long-room.js';

const COUNT = 100_000;
const MAX_NODES = 200;

// Whole servers and a browser, on a machine that may have more to do.
jest.setTimeout(300_000);

describe(`a room of ${COUNT} messages`, () => {
  let world: ChatWorld;
  let network: TestNetwork;
  let page: Page;
  let alice: Person;
  let room: string;

  beforeAll(async () => {
    world = await ChatWorld.create(['alpha']);
    ({ network } = world);
    alice = await network.person('alice', 'alpha');
    room = (await alice.createRoom('Long')).id;
    await network.rows('alpha', fillRoom(COUNT), [room, alice.fqid]);
    page = await world.enter('alice', 'alpha');
  });
  afterAll(() => world?.close());

  const nodes = () => page.getByRole('article').count();
  const isFew = async () => expect(await nodes()).toBeLessThanOrEqual(MAX_NODES);
  /** As a wheel does, and until it is painted and the page has nothing left to do: React counts what interrupts it, and gives up after fifty. */
  const scrollBy = (px: number) =>
    list(page).evaluate((element, by) => {
      element.scrollBy(0, by);
      return new Promise<void>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => requestIdleCallback(() => resolve()))));
    }, px);
  const firstInView = () =>
    list(page).evaluate((element) => {
      const top = element.getBoundingClientRect().top;
      const first = [...element.querySelectorAll('article')].find((each) => each.getBoundingClientRect().top >= top)!;
      return { id: first.id, y: first.getBoundingClientRect().top - top };
    });
  /** After the next jump what lies before and what lies behind it come at the same moment, as they may. */
  const bothEndsAtOnce = () =>
    page.addInitScript(() => {
      const ask = window.fetch.bind(window);
      const waiting = new Map<string, () => void>();
      let isJump = false;
      window.fetch = async (...args) => {
        const url = new URL(args[0] instanceof Request ? args[0].url : String(args[0]), location.href);
        isJump ||= url.searchParams.has('around');
        const answer = await ask(...args);
        const direction = url.searchParams.get('direction');
        if (!isJump || !url.searchParams.has('from') || !direction || waiting.size === 2) return answer;
        const held = new Response(await answer.text(), answer);
        await new Promise<void>((resolve) => {
          waiting.set(direction, resolve);
          if (waiting.size === 2) waiting.forEach((release) => release());
        });
        return held;
      };
    });
  const top = () => list(page).evaluate((element) => element.scrollTop);

  it('opens at its end, with no more messages in the page than fit in it', async () => {
    await openRoom(page, 'Long');
    await message(page, `line ${COUNT}`).waitFor();
    await isFew();
  });

  it('loads older messages while scrolling up, through days, and never holds more than 200 of them in the page', async () => {
    let most = 0;
    await until('another day comes into view', async () => {
      await scrollBy(-3_000);
      most = Math.max(most, await nodes());
      return (await list(page).getByText('Yesterday', { exact: true }).count()) > 0;
    }, 120_000);
    expect(most).toBeGreaterThan(5);
    expect(most).toBeLessThanOrEqual(MAX_NODES);
  });

  it('keeps the place of what is read while older messages come in above it', async () => {
    // The answer is held back until the place is known.
    let isAsked = false;
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route('**/messages?**', async (route) => {
      isAsked = true;
      await held;
      await route.continue();
    });
    await until('older messages are asked for', async () => {
      await scrollBy(-700);
      return isAsked;
    });
    const before = { ...(await firstInView()), top: await top() };
    const answered = page.waitForResponse(/\/messages\?/);
    release();
    await answered;
    await page.unroute('**/messages?**');
    // By how much the list has grown says nothing: of its other end something may be forgotten.
    await until('they are above it', async () => (await top()) > before.top + 500);
    const after = await list(page).evaluate((element, id) => document.getElementById(id)!.getBoundingClientRect().top - element.getBoundingClientRect().top, before.id);
    expect(Math.abs(after - before.y)).toBeLessThanOrEqual(2);
  });

  it('comes back down to the present, also after the newest were forgotten on the way up', async () => {
    await until('the newest messages were forgotten', async () => {
      await scrollBy(-4_000);
      await isFew();
      return page.evaluate(() => document.querySelectorAll('article').length > 0 && performance.getEntriesByType('resource').filter(({ name }) => name.includes('/messages?')).length > 25);
    }, 120_000);
    await until('newer ones are loaded again, down to the last', async () => {
      await scrollBy(4_000);
      await isFew();
      return (await page.getByRole('article').filter({ hasText: `line ${COUNT}` }).count()) > 0;
    }, 120_000);
    await alice.say(room, 'and then this came');
    await scrollBy(9_000);
    await message(page, 'and then this came').waitFor();
  });

  it('goes to a message that a link names, far from what is loaded, and from there to the latest at once', async () => {
    const [middle] = await network.rows<{ id: string }>('alpha', 'SELECT id FROM events WHERE tenant_id = $1 AND room_id = $2 AND room_seq = 40000', [room]);
    const id = middle!.id;
    await bothEndsAtOnce();
    await page.goto(`http://${alice.serverName}/rooms/${room}?event=${id}`);
    await page.locator(`#event-${id}[data-target]`).waitFor();
    await until('more is loaded before and behind it', () => page.evaluate(() => performance.getEntriesByType('resource').filter(({ name }) => name.includes('from=')).length >= 2));
    await page.locator(`#event-${id}`).waitFor();
    await isFew();
    await say(page, 'written from far back');
    await message(page, 'written from far back').waitFor();
    await isFew();
  });

  it('shows how much is new and goes to the first of it', async () => {
    await page.goto(`http://${alice.serverName}/`);
    const bob = await network.person('bob', 'alpha');
    await alice.must('POST', `/v1/rooms/${room}/invite`, { participant_id: (await bob.must('GET', '/v1/me')).participant_id });
    for (let n = 1; n <= 70; n += 1) await bob.say(room, `new ${n}`);
    await page.reload();
    await openRoom(page, 'Long');
    await page.getByRole('button', { name: /Jump to 7\d new messages/ }).click();
    await page.getByText('New messages', { exact: true }).waitFor();
    await page.getByRole('article').filter({ hasText: /^.*new 1$/ }).first().waitFor();
    await page.getByRole('button', { name: /Jump to 7/ }).waitFor({ state: 'detached' });
  });

  it('is walked through with the arrow keys, and what can be done with a message follows with Tab', async () => {
    await page.setViewportSize(NARROW);
    await page.goto(`http://${alice.serverName}/rooms/${room}`);
    await message(page, 'new 70').waitFor();
    await list(page).focus();
    for (let n = 0; n < 40; n += 1) await page.keyboard.press('ArrowUp');
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
    await until('the fortieth message from the end has the focus', async () => (await focused()).includes('new 31'));
    await page.keyboard.press('Tab');
    await until('its first tool has the focus', async () => (await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))) === 'React');
    await isFew();
    await page.setViewportSize(WIDE);
  });

  it('met no script error on the way', () => {
    expect(world.problems).toEqual([]);
  });
});
