import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { until, type Person, type TestNetwork } from '@scaiwave/testing';
import type { Page } from 'playwright-core';
import { screenshot } from './browser.js';
import { ChatWorld, message, openRoom, say } from './chat-world.js';

// A whole server and a browser, on a machine that may have more to do.
jest.setTimeout(300_000);

describe('writing while the server cannot be reached', () => {
  let world: ChatWorld;
  let network: TestNetwork;
  let alice: Person;
  let page: Page;
  let room: string;

  beforeAll(async () => {
    world = await ChatWorld.create(['alpha']);
    ({ network } = world);
    alice = await network.person('alice', 'alpha');
    room = (await alice.createRoom('Trip')).id;
    page = await world.enter('alice', 'alpha');
    await openRoom(page, 'Trip');
  });
  afterAll(() => world?.close());

  const status = () => page.getByRole('status');
  const isThereOnce = async (...bodies: string[]) => {
    await until('the server has them', async () => bodies.every((body) => inRoom.includes(body)) || ((inRoom = await alice.bodies(room)), false));
    expect((await alice.bodies(room)).filter((body) => bodies.includes(body))).toEqual(bodies);
    for (const body of bodies) await expectOne(body);
  };
  let inRoom: string[] = [];
  const expectOne = (body: string) => until(`"${body}" is shown once, as sent`, async () => (await page.getByRole('article').filter({ hasText: body }).count()) === 1 && (await message(page, body).getByText('Waiting to be sent').count()) === 0);

  it('keeps what was written while the network is away, says so, and sends it in order once it is back', async () => {
    await page.context().setOffline(true);
    await status().getByText(/You are offline/).waitFor();
    await say(page, 'offline one');
    await say(page, 'offline two');
    await message(page, 'offline two').getByText('Waiting to be sent').waitFor();
    await status().getByText('2 messages wait to be sent.').waitFor();
    await screenshot(page, 'chat-offline');
    await page.context().setOffline(false);
    await isThereOnce('offline one', 'offline two');
    await status().getByText('Connected again. Nothing is missing.').waitFor();
  });

  it('sends what was written to a server that was down, without a reload, once', async () => {
    await network.kill('alpha', 'api');
    await status().getByText(/The server does not answer/).waitFor();
    await say(page, 'down one');
    await say(page, 'down two');
    await message(page, 'down two').getByText('Waiting to be sent').waitFor();
    await network.start('alpha', 'api');
    await isThereOnce('down one', 'down two');
  });

  it('still has it after a reload, and the text that was not sent yet, too', async () => {
    await network.kill('alpha', 'api');
    await status().getByText(/The server does not answer/).waitFor();
    await say(page, 'reload one');
    await say(page, 'reload two');
    await message(page, 'reload two').getByText('Waiting to be sent').waitFor();
    await page.getByRole('textbox', { name: 'Message' }).fill('half a sent');
    await page.reload().catch(() => undefined); // the page itself comes from the server that is away
    await network.start('alpha', 'api');
    await page.goto(`http://${alice.serverName}/rooms/${room}`);
    await isThereOnce('reload one', 'reload two');
    expect(await page.getByRole('textbox', { name: 'Message' }).inputValue()).toBe('half a sent');
    await page.getByRole('textbox', { name: 'Message' }).fill('');
  });

  it('does not send twice what the server took when only its answer was lost', async () => {
    let isLost = false;
    await page.route('**/send', async (route) => {
      if (isLost) return route.continue();
      isLost = true;
      await alice.must('POST', new URL(route.request().url()).pathname, route.request().postDataJSON());
      await route.abort('connectionreset');
    });
    await say(page, 'answer lost');
    await isThereOnce('answer lost');
    await page.unroute('**/send');
  });

  it('shows why the server refuses a message, also after a reload, until it is sent again or discarded', async () => {
    await page.route('**/send', (route) => route.fulfill({ status: 403, json: { error: { code: 'SW_ROOM_FORBIDDEN', message: 'no' } } }));
    await say(page, 'refused one');
    await message(page, 'refused one').getByText(/Not sent\./).waitFor();
    await say(page, 'refused two');
    await message(page, 'refused two').getByText(/Not sent\./).waitFor();
    await screenshot(page, 'chat-refused');
    await page.unroute('**/send');
    await page.reload();
    await message(page, 'refused one').getByRole('button', { name: 'Discard' }).click();
    await message(page, 'refused one').waitFor({ state: 'detached' });
    await message(page, 'refused two').getByRole('button', { name: 'Send again' }).click();
    await isThereOnce('refused two');
    expect(await alice.bodies(room)).not.toContain('refused one');
  });

  it('leaves nothing of it behind for the next person at this computer', async () => {
    await page.getByRole('textbox', { name: 'Message' }).fill('a secret');
    await page.getByRole('button', { name: 'Your account' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(await page.evaluate(() => Object.entries(localStorage).filter(([key]) => /outbox|draft/.test(key)))).toEqual([]);
  });

  it('met no script error on the way', () => {
    expect(world.problems).toEqual([]);
  });
});
