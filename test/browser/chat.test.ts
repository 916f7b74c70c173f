import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { until, type Person, type TestNetwork } from '@scaiwave/testing';
import type { Page } from 'playwright-core';
import { sharedRoom } from '../federation/rooms-between-servers.js';
import { NARROW, screenshot, seriousProblems, seriousProblemsInBothSchemes, WEB_DIST, WIDE } from './browser.js';
import { ChatWorld, LONG_MS, message, openRoom, say } from './chat-world.js';
import { failsWellAndRecovers, type Place } from './failing-api.js';

// Whole servers and a browser, on a machine that may have more to do.
jest.setTimeout(400_000);

/** Of script, as gzip packs it. The budget is in docs/development/performance.md. */
const FIRST_LOAD_BYTES = 250_000;

/** What people see of a room between two installations; every test goes on where the one before it ended. */
describe('chat between two installations', () => {
  let world: ChatWorld;
  let network: TestNetwork;
  let page: Page;
  let alice: Person;
  let bob: Person;
  let beta: string;
  let room: string;

  beforeAll(async () => {
    world = await ChatWorld.create(['alpha', 'beta']);
    ({ network } = world);
    [alice, bob] = await Promise.all([network.person('alice', 'alpha'), network.person('bob', 'beta')]);
    beta = bob.serverName;
    room = await sharedRoom(network, alice, bob, 'Launch');
    await alice.must('PUT', `/v1/rooms/${room}/topic`, { topic: 'Everything about Friday' });
    await bob.say(room, 'Morning! **Ready** for Friday?');
    await network.settle();
    page = await world.enter('alice', 'alpha');
  });
  afterAll(() => world?.close());

  it('loads at most 250 kB of script, packed, until the first room can be read, and nothing of the administration', async () => {
    const context = await world.browser.newContext({ viewport: WIDE, storageState: await page.context().storageState() });
    const fresh = await context.newPage();
    const scripts = new Map<string, { packing: string; body: Promise<Buffer> }>();
    fresh.on('response', (response) => {
      if (response.request().resourceType() !== 'script') return;
      scripts.set(new URL(response.url()).pathname.slice('/assets/'.length), { packing: response.headers()['content-encoding'] ?? '', body: response.body() });
    });
    await fresh.goto(`http://${alice.serverName}/`);
    await openRoom(fresh, 'Launch');
    await message(fresh, 'for Friday?').locator('strong').filter({ hasText: 'Ready' }).waitFor();
    await fresh.waitForLoadState('networkidle');
    const loaded = await Promise.all([...scripts].map(async ([name, { packing, body }]) => ({ name, packing, body: await body })));
    await context.close();
    expect(loaded.reduce((sum, { body }) => sum + gzipSync(body).length, 0)).toBeLessThanOrEqual(FIRST_LOAD_BYTES);
    expect(loaded.filter(({ packing, body }) => body.length > 1_000 && !['br', 'gzip'].includes(packing)).map(({ name }) => name)).toEqual([]);
    const administrative = (await readdir(join(WEB_DIST, 'assets'))).filter((name) => /^(admin|en-admin|provider|en-provider|peer|tenant)-.*\.js$/.test(name));
    expect(administrative.length).toBeGreaterThan(8);
    const isAdministrative = ({ name, body }: { name: string; body: Buffer }) => administrative.includes(name) || /\/v1\/(admin|provider)\//.test(body.toString());
    expect(loaded.filter(isAdministrative).map(({ name }) => name)).toEqual([]);
  });

  it('marks a message that is on all servers, and opens what each of them answered', async () => {
    await openRoom(page, 'Launch');
    await say(page, 'Nearly. The slides are done.');
    const mark = message(page, 'Nearly.').getByRole('button', { name: 'On all servers of this room' });
    await mark.waitFor();
    await mark.click();
    await page.getByText('Stored there', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
  });

  it('says for which server a message waits while that is down, why, and that it has arrived once it is back', async () => {
    await network.kill('beta', 'api', 'worker');
    await say(page, 'Can you bring the banner?');
    const line = message(page, 'Can you bring the banner?');
    await line.getByText(`Waiting for ${beta}`).waitFor();
    await line.getByRole('button', { name: 'Why?' }).click();
    await page.getByText(/It is tried again by itself/).waitFor();
    await screenshot(page, 'chat-waiting');
    await page.keyboard.press('Escape');
    await network.start('beta', 'api', 'worker');
    await line.getByRole('button', { name: 'On all servers of this room' }).waitFor({ timeout: LONG_MS });
    expect(await bob.bodies(room)).toContain('Can you bring the banner?');
  });

  it('refuses people of other servers in an incognito room, and says what to do instead', async () => {
    await page.getByRole('button', { name: 'New room' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Between us');
    await dialog.getByRole('radio', { name: /Incognito/ }).check();
    await dialog.getByRole('button', { name: 'Create room' }).click();
    await page.getByRole('heading', { name: 'Between us' }).waitFor();
    await page.getByRole('button', { name: '+ Invite' }).click();
    await page.getByRole('dialog').getByRole('switch', { name: /^Federated/ }).click();
    await page.getByRole('dialog').getByText(/Make a normal room to talk to people of other servers/).waitFor();
    await screenshot(page, 'chat-incognito');
    await page.keyboard.press('Escape');
    expect((await alice.invite((await alice.must<any[]>('GET', '/v1/rooms')).find(({ name }) => name === 'Between us').id, bob.fqid)).error?.code).toBe('SW_ROOM_TYPE_INVARIANT');
  });

  it('greets somebody new, and begins a conversation of two without ranks', async () => {
    const erin = await world.enter('erin', 'alpha');
    await erin.getByText('Welcome to alpha.').waitFor();
    await erin.getByRole('link', { name: 'Find people' }).click();
    await erin.getByRole('button', { name: 'Message Alice' }).click();
    await erin.getByText('Alice joined').waitFor();
    expect(await erin.getByText('Owner').count()).toBe(0);
    await erin.getByRole('navigation', { name: 'Rooms' }).getByTitle('Online').waitFor();
    await erin.context().close();
  });

  it('copies a link to a message, which leads there', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: `http://${alice.serverName}` });
    await openRoom(page, 'Launch');
    await message(page, 'for Friday?').hover();
    await message(page, 'for Friday?').getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Copy link' }).click();
    await page.getByText('Copied.', { exact: true }).waitFor();
    await page.goto(await page.evaluate(() => navigator.clipboard.readText()));
    await page.locator('.sw-message[data-target]').getByText('for Friday?').waitFor();
  });

  it('can be used with the keyboard alone: a room is made, a message written, changed, answered in a thread and reacted to', async () => {
    await page.getByRole('button', { name: 'New room' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('textbox', { name: 'Name' }).and(page.locator(':focus')).waitFor();
    await page.keyboard.type('By keyboard');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'By keyboard' }).waitFor();
    await page.getByRole('textbox', { name: 'Message' }).and(page.locator(':focus')).waitFor();
    await page.keyboard.type('No mice here');
    await page.keyboard.press('Enter');
    await message(page, 'No mice here').waitFor();
    await message(page, 'No mice here').getByRole('img', { name: 'Sending…' }).waitFor({ state: 'detached' });
    await page.keyboard.press('ArrowUp');
    await page.getByRole('textbox', { name: 'Edit message' }).and(page.locator(':focus')).waitFor();
    for (let n = 0; n < 'ice here'.length; n += 1) await page.keyboard.press('Backspace');
    await page.keyboard.type('ouse here');
    await page.keyboard.press('Enter');
    await message(page, 'No mouse here').getByText('(edited)').waitFor();
    await page.getByRole('textbox', { name: 'Message', exact: true }).and(page.locator(':focus')).waitFor();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Escape');
    await page.getByRole('textbox', { name: 'Edit message' }).waitFor({ state: 'detached' });
    await page.getByRole('region', { name: 'Messages' }).focus();
    await page.keyboard.press('ArrowUp');
    await until('the message has the focus', () => page.evaluate(() => document.activeElement?.tagName === 'ARTICLE'));
    await page.keyboard.press('Tab'); // what it was before
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: '👍', exact: true }).focus();
    await page.keyboard.press('Enter');
    await message(page, 'No mouse here').getByRole('button', { name: '👍 1' }).waitFor();
    await message(page, 'No mouse here').getByRole('button', { name: 'Open thread' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('textbox', { name: 'Reply in thread' }).and(page.locator(':focus')).waitFor();
    await page.keyboard.type('Really none :tada: :roc');
    await page.getByRole('option', { name: ':rocket:' }).waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await page.getByRole('complementary', { name: 'Thread' }).getByText('Really none 🎉 🚀').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('complementary', { name: 'Thread' }).waitFor({ state: 'detached' });
    await page.getByRole('article').filter({ hasText: 'No mouse here(edited)' }).and(page.locator(':focus')).waitFor();
  });

  it.each([['light', WIDE], ['dark', NARROW]] as const)('has no serious accessibility problem on any page or dialog, and fits (%s, %j)', async (colorScheme, viewport) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize(viewport);
    const isFine = async (name: string) => {
      await page.getByRole('status', { name: 'Loading…' }).first().waitFor({ state: 'detached' });
      expect([name, await seriousProblemsInBothSchemes(page, colorScheme)]).toEqual([name, []]);
      expect([name, await page.evaluate<number>('document.documentElement.scrollWidth')]).toEqual([name, viewport.width]);
      await screenshot(page, `${colorScheme}-${viewport.width}-${name}`);
    };
    const inDialog = async (name: string, button: string) => {
      await page.getByRole('button', { name: button, exact: true }).click();
      await page.getByRole('dialog').waitFor();
      await isFine(name);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    };
    await page.goto(`http://${alice.serverName}/`);
    await page.getByRole('navigation', { name: 'Rooms' }).getByText('Launch').waitFor();
    await isFine('home');
    await inDialog('new-room', 'New room');
    await inDialog('public-rooms', 'Public rooms of this server');
    await page.getByRole('button', { name: /^Notifications/ }).click();
    await page.getByRole('dialog').waitFor();
    await isFine('notifications');
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'People' }).click();
    await page.getByRole('heading', { name: 'People' }).waitFor();
    await isFine('people');
    await page.goto(`http://${alice.serverName}/rooms/${room}`);
    await message(page, 'The slides are done').hover();
    await isFine('room');
    if (viewport === NARROW) await screenshot(page, 'chat-narrow-dark');
    await inDialog('invite', '+ Invite');
    if (viewport === NARROW) await inDialog('members', 'Show members');
    await page.getByRole('button', { name: 'Room menu' }).click();
    await page.getByRole('menu').waitFor();
    await isFine('room-menu');
    await page.keyboard.press('Escape');
    await message(page, 'Ready').hover();
    await message(page, 'Ready').getByRole('button', { name: 'Open thread' }).click();
    await page.getByRole('complementary', { name: 'Thread' }).getByText('Ready').waitFor();
    await isFine('thread');
    if (viewport === WIDE) await screenshot(page, 'chat-thread');
    await page.goto(`http://${alice.serverName}/rooms/00000000-0000-4000-8000-000000000000`);
    await page.getByRole('alert').waitFor();
    await isFine('no-room');
  });

  it('says on every page what cannot be loaded and why, and loads it when asked again', async () => {
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await page.setViewportSize(WIDE);
    await page.clock.install({ time: network.clock.now() });
    const [root] = (await alice.must<any[]>('GET', `/v1/rooms/${room}/messages`)).filter(({ content }) => content?.body?.startsWith('Morning!'));
    const go = (path: string) => () => page.goto(`http://${alice.serverName}${path}`).then(() => {});
    const opened = (path: string, button: string | RegExp) => async () => {
      await go(path)();
      await page.getByRole('button', { name: button }).click();
      await page.getByRole('dialog').waitFor();
    };
    const dialog = page.getByRole('dialog');
    const main = page.getByRole('main');
    const places: Place[] = [
      { name: 'session', path: /^\/v1\/me$/, open: go('/') },
      { name: 'rooms', path: /^\/v1\/rooms(\?|$)/, open: go('/'), within: page.getByRole('navigation', { name: 'Rooms' }) },
      { name: 'room', path: /^\/v1\/rooms(\?|$)/, open: go(`/rooms/${room}`), within: main },
      { name: 'messages', path: /\/messages(\?|$)/, open: go(`/rooms/${room}`), within: main },
      { name: 'members', path: /\/members(\?|$)/, open: go(`/rooms/${room}`), within: main },
      { name: 'thread', path: /\/thread(\?|$)/, open: go(`/rooms/${room}?thread=${root.id}`), within: page.getByRole('complementary', { name: 'Thread' }) },
      { name: 'people', path: /^\/v1\/directory\/participants/, open: go('/people'), within: main },
      { name: 'public-rooms', path: /^\/v1\/directory\/rooms/, open: opened('/', 'Public rooms of this server'), within: dialog },
      { name: 'notifications', path: /^\/v1\/notifications/, open: opened('/', /^Notifications/), within: dialog },
      { name: 'invite', path: /^\/v1\/directory\/participants/, open: opened(`/rooms/${room}`, '+ Invite'), within: dialog, hasOwnLoader: true },
      { name: 'search', path: /^\/v1\/search/, within: dialog, open: async () => {
        await opened('/', 'Search messages')();
        await dialog.getByRole('searchbox', { name: 'Words to find' }).fill('friday');
        await page.clock.runFor(1_000);
      } },
    ];
    for (const place of places) await failsWellAndRecovers(page, place);
  });

  it('says after 24 hours that a message was not delivered, to whom, and why', async () => {
    await network.kill('beta', 'api', 'worker');
    await alice.say(room, 'Are you still there?');
    network.advance({ hours: 24, minutes: 1 });
    await page.context().close();
    page = await world.enter('alice', 'alpha');
    await page.clock.install({ time: network.clock.now() });
    await page.goto(`http://${alice.serverName}/rooms/${room}`);
    const line = message(page, 'Are you still there?');
    await line.getByText(`Not delivered to ${beta}.`).waitFor({ timeout: LONG_MS });
    await line.getByRole('button', { name: 'Why?' }).click();
    await page.getByText('Failed', { exact: true }).waitFor();
    await page.getByText(/SW_FED_/).first().waitFor();
    await screenshot(page, 'chat-failed');
  });

  it('has a login page without a serious accessibility problem', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const context = await world.browser.newContext({ viewport: NARROW, colorScheme });
      const login = await context.newPage();
      await login.goto(`http://${alice.serverName}/login?error=SW_AUTH_OIDC_FAILED`);
      await login.getByRole('alert').waitFor();
      expect(await seriousProblems(login)).toEqual([]);
      await screenshot(login, `${colorScheme}-380-login`);
      await context.close();
    }
  });

  it('met no script error and broke no content security policy on the way', () => {
    expect(world.problems).toEqual([]);
  });
});
