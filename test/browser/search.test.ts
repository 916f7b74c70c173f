import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { until, type Person, type TestNetwork } from '@scaiwave/testing';
import type { Page } from 'playwright-core';
import { sharedRoom } from '../federation/rooms-between-servers.js';
import { NARROW, screenshot, seriousProblemsInBothSchemes, WIDE } from './browser.js';
import { ChatWorld } from './chat-world.js';

// Whole servers and a browser, on a machine that may have more to do.
jest.setTimeout(400_000);

/** What the operating system would be told; and whether the person looks at the page. */
interface Desktop {
  popups: string[];
  isLookedAt: boolean;
}

/** Somebody finds what was written long ago, and decides what is worth telling; every test goes on where the one before it ended. */
describe('search and notification settings', () => {
  let world: ChatWorld;
  let network: TestNetwork;
  let page: Page;
  let alice: Person;
  let bob: Person;
  let room: string;
  const flaws: string[] = [];

  beforeAll(async () => {
    world = await ChatWorld.create(['alpha', 'beta']);
    ({ network } = world);
    [alice, bob] = await Promise.all([network.person('alice', 'alpha'), network.person('bob', 'beta')]);
    room = await sharedRoom(network, alice, bob, 'Launch');
    await bob.say(room, 'The countdown begins at noon, **sharp**');
    await network.settle();
    for (let n = 1; n <= 60; n++) await alice.say(room, `Step ${n} is done`);
    await network.settle();
    await alice.must('POST', '/v1/notifications/read', {});
    page = await world.openWindow('alice');
    await page.addInitScript(() => {
      const desktop = { popups: [] as string[], isLookedAt: true };
      class FakeNotification {
        static permission = 'default';
        static async requestPermission() {
          return (FakeNotification.permission = 'granted');
        }
        close() {}
        constructor(title: string) {
          desktop.popups.push(title);
        }
      }
      Object.assign(globalThis, { desktop, Notification: FakeNotification });
      Object.assign((globalThis as unknown as { document: object }).document, { hasFocus: () => desktop.isLookedAt });
    });
    network.signsInNext('alice', 'alpha');
    await page.goto(`http://${alice.serverName}/rooms/${room}`);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Launch' }).waitFor();
  });

  afterAll(() => world?.close());

  const dialog = () => page.getByRole('dialog');
  const bell = (count: number) => page.getByRole('button', { name: count > 0 ? `Notifications, ${count} new` : 'Notifications', exact: true });
  const desktop = (change: Partial<Desktop> = {}) => page.evaluate((to) => Object.assign((globalThis as unknown as { desktop: Desktop }).desktop, to), change);
  async function isFine(name: string): Promise<void> {
    flaws.push(...(await seriousProblemsInBothSchemes(page, 'dark')).map((problem) => `${name}: ${problem}`));
    await page.setViewportSize(NARROW);
    if ((await page.evaluate<number>('document.documentElement.scrollWidth')) > NARROW.width) flaws.push(`${name}: wider than a narrow screen`);
    flaws.push(...(await seriousProblemsInBothSchemes(page, 'dark')).map((problem) => `${name}, narrow, ${problem}`));
    await screenshot(page, `dark-380-${name}`);
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await page.setViewportSize(WIDE);
  }

  it('finds by the keyboard what somebody of another server wrote long ago, and goes there', async () => {
    await page.getByText('Step 60 is done').waitFor();
    expect(await page.getByText('The countdown begins').count()).toBe(0);
    await page.keyboard.press('Control+k');
    await dialog().getByText('Go to a room, or search what was written in your rooms.').waitFor();
    await page.keyboard.type('COUNTD');
    const hit = dialog().getByRole('list', { name: 'Search results' }).getByRole('listitem');
    await hit.getByText(`from ${bob.serverName}`).waitFor();
    await hit.locator('mark').filter({ hasText: /^countd$/ }).waitFor();
    expect(await hit.locator('mark').count()).toBe(1);
    await screenshot(page, 'search');
    await isFine('search');
    await dialog().getByRole('searchbox', { name: 'Words to find' }).press('ArrowDown');
    await page.keyboard.press('Enter');
    await dialog().waitFor({ state: 'detached' });
    await page.locator('.sw-message[data-target]').getByText('The countdown begins at noon').waitFor();
    await screenshot(page, 'search-jump');
    await isFine('older-messages');
    await page.getByRole('button', { name: 'Jump to the latest messages' }).click();
    await page.getByText('Step 60 is done').waitFor();
  });

  it('goes to a room by its name', async () => {
    await page.getByRole('link', { name: 'People' }).click();
    await page.getByRole('heading', { name: 'People' }).waitFor();
    await page.keyboard.press('Control+k');
    await dialog().getByRole('searchbox', { name: 'Words to find' }).fill('laun');
    await dialog().getByRole('list', { name: 'Rooms of this name' }).getByRole('link', { name: 'Launch' }).waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await dialog().waitFor({ state: 'detached' });
    await page.getByRole('heading', { name: 'Launch', level: 1 }).waitFor();
  });

  it('says what it found instead where nothing begins so, narrows by filters, and says when there is nothing', async () => {
    await page.getByRole('button', { name: 'Search messages' }).click();
    const field = dialog().getByRole('searchbox', { name: 'Words to find' });
    await field.fill('countdwn');
    await dialog().getByText('No word begins like this.').waitFor();
    await field.fill('step 59');
    await dialog().getByRole('listitem').filter({ hasText: 'Step 59 is done' }).waitFor();
    await dialog().getByLabel('Until').fill('2020-01-01');
    await dialog().getByText('No message was found.').waitFor();
    await dialog().getByLabel('Until').fill('');
    await dialog().getByRole('listitem').filter({ hasText: 'Step 59 is done' }).getByRole('link').click();
    await page.locator('.sw-message[data-target]').getByText('Step 59 is done').waitFor();
  });

  it('keeps keywords and quiet hours, and asks the browser only by a click', async () => {
    await page.getByRole('link', { name: 'People' }).click();
    await page.getByRole('button', { name: 'Your account' }).click();
    await page.getByRole('menuitem', { name: 'Notification settings…' }).click();
    await dialog().getByRole('combobox', { name: 'Keywords' }).or(dialog().getByRole('textbox', { name: 'Keywords' })).first().fill('rocket');
    await page.keyboard.press('Enter');
    await dialog().getByRole('switch', { name: 'Quiet hours' }).click();
    await dialog().getByLabel('From').fill('22:30');
    expect(await page.evaluate('Notification.permission')).toBe('default');
    await dialog().getByRole('button', { name: 'Turn on desktop notifications' }).click();
    await dialog().getByText('Desktop notifications are on.').waitFor();
    await screenshot(page, 'notification-settings');
    await isFine('notification-settings');
    await dialog().getByRole('switch', { name: 'Quiet hours' }).click();
    await dialog().getByRole('button', { name: 'Save' }).click();
    await dialog().waitFor({ state: 'detached' });
    expect(await alice.must('GET', '/v1/me/preferences')).toMatchObject({ keyword_alerts: ['rocket'], quiet_hours: { enabled: false, start: '22:30' } });
  });

  it('tells of a keyword: in the list, and on the desktop only while nobody looks; the tab counts what is unread', async () => {
    await desktop({ isLookedAt: false });
    await bob.say(room, 'Rockets are nice');
    await bob.say(room, 'The ROCKET is ready');
    await bell(1).waitFor();
    expect((await desktop()).popups).toEqual([`${bob.fqid} wrote “rocket”`]);
    expect(await page.title()).toBe('(2) ScaiWave');
    await desktop({ isLookedAt: true });
    await bob.say(room, 'Another rocket');
    await bell(2).waitFor();
    expect((await desktop()).popups).toHaveLength(1);
    await bell(2).click();
    await page.getByRole('listitem').filter({ hasText: `${bob.fqid} wrote “rocket”` }).last().getByRole('button', { name: 'Show' }).click();
    await page.locator('.sw-message[data-target]').getByText('The ROCKET is ready').waitFor();
    await bell(0).waitFor();
    expect(await page.title()).toMatch(/Launch · ScaiWave$/);
  });

  it('reminds of a message when its time has come, and lists what is to come', async () => {
    const wanted = page.getByRole('article').filter({ hasText: 'The ROCKET is ready' }).last();
    await wanted.hover();
    await wanted.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Remind me…' }).click();
    await dialog().getByRole('heading', { name: 'Remind me of this message' }).waitFor();
    await screenshot(page, 'remind');
    await isFine('remind');
    await dialog().getByRole('button', { name: 'In 20 minutes' }).click();
    await dialog().waitFor({ state: 'detached' });
    await bell(0).click();
    await dialog().getByRole('list', { name: 'Reminders' }).getByText('The ROCKET is ready').waitFor();
    await isFine('reminders');
    await page.keyboard.press('Escape');
    network.advance({ minutes: 21 });
    await bell(1).click();
    await dialog().getByRole('listitem').filter({ hasText: `Reminder: a message of ${bob.fqid}` }).getByRole('button', { name: 'Show' }).click();
    await page.locator('.sw-message[data-target]').getByText('The ROCKET is ready').waitFor();
    expect(await alice.must('GET', '/v1/me/snoozes')).toEqual([]);
  });

  it('mutes a room, shows that it is, and then tells nothing of it', async () => {
    await page.getByRole('button', { name: 'Room menu' }).click();
    await page.getByRole('menuitem', { name: 'Notifications…' }).click();
    await dialog().getByRole('button', { name: 'For 1 hour' }).click();
    await dialog().getByText(/^Muted until /).waitFor();
    await screenshot(page, 'room-notifications');
    await page.keyboard.press('Escape');
    const inList = page.getByRole('navigation', { name: 'Rooms' }).getByRole('link', { name: 'Launch' });
    await inList.getByRole('img', { name: 'Muted' }).waitFor();
    await page.getByRole('link', { name: 'People' }).click();
    await bob.say(room, 'One more rocket');
    await inList.getByText('1', { exact: true }).waitFor();
    expect(await page.title()).toBe('ScaiWave');
    await bell(0).waitFor();
    expect((await alice.must<any[]>('GET', '/v1/notifications')).filter(({ kind, data }) => kind === 'keyword' && data.room_id === room)).toHaveLength(2);
  });

  it('renames the room, removes somebody with a reason, bans and forgives', async () => {
    await page.getByRole('navigation', { name: 'Rooms' }).getByRole('link', { name: 'Launch' }).click();
    await page.getByRole('button', { name: 'Room menu' }).click();
    await page.getByRole('menuitem', { name: 'Room settings…' }).click();
    await dialog().getByRole('textbox', { name: 'Name' }).fill('Launch pad');
    await dialog().getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Launch pad', level: 1 }).waitFor();
    await screenshot(page, 'room-settings');
    await isFine('room-settings');
    await dialog().getByRole('button', { name: /^Actions for / }).click();
    await page.getByRole('menuitem', { name: 'Ban from room' }).click();
    const sure = page.getByRole('dialog').filter({ hasText: 'from the room?' });
    await sure.getByRole('textbox', { name: 'Reason (optional)' }).fill('smoke on the pad');
    await sure.getByRole('button', { name: 'Ban from room' }).click();
    await sure.waitFor({ state: 'detached' });
    await dialog().getByRole('list', { name: 'Banned' }).getByRole('button', { name: /^Lift the ban of / }).click();
    await dialog().getByRole('list', { name: 'Banned' }).waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await page.getByText(/was banned by .*: smoke on the pad/).waitFor();
    await until('beta knows it', async () => (await bob.call('GET', `/v1/rooms/${room}/messages`)).status === 404);
  });

  it('met no script error on the way, no serious accessibility problem, and nothing too wide', () => {
    expect({ problems: world.problems, flaws }).toEqual({ problems: [], flaws: [] });
  });
});
