import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Person, TestNetwork } from '@scaiwave/testing';
import type { Locator, Page } from 'playwright-core';
import { sharedRoom } from '../federation/rooms-between-servers.js';
import { NARROW, screenshot, seriousProblems, type WindowOptions } from './browser.js';
import { ChatWorld, message } from './chat-world.js';

jest.setTimeout(400_000);

/** What two people on two installations do with files; every test goes on where the one before it ended. */
describe('files in a room', () => {
  let world: ChatWorld;
  let network: TestNetwork;
  let people: { alice: Person; bob: Person };
  let alice: Page;
  let bob: Page;

  beforeAll(async () => {
    world = await ChatWorld.create(['alpha', 'beta'], { MEDIA_MAX_BYTES: '1000000' });
    ({ network } = world);
    const [first, second] = await Promise.all([network.person('alice', 'alpha'), network.person('bob', 'beta')]);
    people = { alice: first, bob: second };
    await sharedRoom(network, first, second, 'Holiday');
    [alice, bob] = [await enter('alice', 'alpha'), await enter('bob', 'beta')];
  });
  afterAll(() => world?.close());

  /** Somebody in the room of this test. */
  async function enter(who: string, server: string, options: WindowOptions = {}): Promise<Page> {
    const page = await world.enter(who, server, options);
    await page.getByRole('navigation', { name: 'Rooms' }).getByText('Holiday', { exact: true }).click();
    await page.getByRole('textbox', { name: 'Message' }).waitFor();
    if (options.viewport === undefined) await page.getByRole('button', { name: 'Hide members' }).click();
    return page;
  }

  it('lets alice paste a picture, say something to it, and bob see it on the other server', async () => {
    await paste(alice, 'beach.png');
    await tray(alice).getByText('Ready to send').waitFor();
    await alice.getByRole('textbox', { name: 'Message' }).fill('The sea, at last');
    await alice.getByRole('button', { name: 'Send', exact: true }).click();
    for (const page of [alice, bob]) {
      await message(page, 'The sea, at last').getByRole('button', { name: 'Show beach.png large' }).waitFor();
      await shown(message(page, 'The sea, at last').getByRole('img', { name: 'beach.png' }));
    }
    expect(await tray(alice).count()).toBe(0);
    const [room] = await people.bob.must<any[]>('GET', '/v1/rooms');
    expect((await people.bob.messages(room.id)).at(-1).content).toMatchObject({ width: 1200, height: 800, mime_type: 'image/png', thumbnail_id: expect.stringMatching(/^med-/) });
    await message(bob, 'The sea, at last').getByRole('button', { name: 'Show beach.png large' }).click();
    await shown(bob.getByRole('dialog').getByRole('img', { name: 'beach.png' }));
    await bob.keyboard.press('Escape');
  });

  it('takes files that are dropped and chosen, several at once, and gives them back byte for byte', async () => {
    const text = 'Day 1: arrive. Day 2: swim.';
    await drop(alice.getByRole('article').last(), 'plan.txt', text);
    await alice.getByLabel('Attach files').first().setInputFiles({ name: 'evil.html', mimeType: 'text/html', buffer: Buffer.from('<script>alert(1)</script>') });
    await alice.getByRole('list', { name: 'Files to send' }).getByText('Ready to send').nth(1).waitFor();
    await alice.getByRole('textbox', { name: 'Message' }).fill('Two more');
    await alice.keyboard.press('Enter');
    await message(bob, 'Two more').waitFor();
    const download = bob.waitForEvent('download');
    await message(bob, 'plan.txt').getByRole('button', { name: 'Download plan.txt' }).click();
    const chunks: Buffer[] = [];
    for await (const chunk of await (await download).createReadStream()) chunks.push(chunk as Buffer);
    expect([Buffer.concat(chunks).toString(), (await download).suggestedFilename()]).toEqual([text, 'plan.txt']);
    await message(bob, 'evil.html').getByRole('button', { name: 'Download evil.html' }).waitFor();
    await screenshot(alice, 'media');
  });

  it('takes a file that is dropped on a thread for the thread', async () => {
    const root = message(alice, 'Two more');
    await root.hover();
    await root.getByRole('button', { name: 'Open thread' }).click();
    const thread = alice.getByRole('complementary', { name: 'Thread' });
    await drop(thread.getByRole('article').first(), 'map.txt', 'Left, then left again.');
    await thread.getByRole('list', { name: 'Files to send' }).getByText('Ready to send').waitFor();
    expect(await tray(alice).count()).toBe(1);
    await thread.getByRole('button', { name: 'Send', exact: true }).click();
    await thread.getByRole('button', { name: 'Download map.txt' }).waitFor();
    await thread.getByRole('button', { name: 'Close thread' }).click();
  });

  it('says the limit before a file that is too large is sent, and lets an upload be cancelled', async () => {
    await alice.getByLabel('Attach files').first().setInputFiles({ name: 'film.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(1_000_001) });
    await tray(alice).getByRole('alert').getByText(/larger than 977 kB/).waitFor();
    await paste(alice, 'kept.png');
    await tray(alice).getByText('Ready to send').waitFor();
    expect(await alice.getByRole('button', { name: 'Send', exact: true }).isDisabled()).toBe(true);
    await screenshot(alice, 'media-too-large');
    expect(await seriousProblems(alice)).toEqual([]);
    await alice.getByRole('button', { name: 'Remove film.bin' }).click();
    await alice.getByRole('button', { name: 'Remove kept.png' }).click();
    await alice.route('**/v1/media/upload', () => undefined); // never answered
    await paste(alice, 'slow.png');
    await alice.getByRole('button', { name: 'Cancel the upload of slow.png' }).click();
    await tray(alice).waitFor({ state: 'detached' });
    await alice.unroute('**/v1/media/upload');
  });

  it('says why an upload failed, and sends it when it is tried again', async () => {
    await alice.route('**/v1/media/upload', (route) => route.abort());
    await paste(alice, 'second.png');
    await tray(alice).getByRole('alert').getByText(/cannot be reached/).waitFor();
    await alice.unroute('**/v1/media/upload');
    await tray(alice).getByRole('button', { name: 'Try again' }).click();
    await tray(alice).getByText('Ready to send').waitFor();
    await alice.getByRole('button', { name: 'Send', exact: true }).click();
    await message(bob, 'Alice').getByRole('img', { name: 'second.png' }).or(bob.getByRole('img', { name: 'second.png' })).first().waitFor();
  });

  it('says that the other server is away instead of a picture, and shows it when it is back', async () => {
    await bob.getByRole('textbox', { name: 'Message' }).waitFor();
    const [room] = await people.alice.must<any[]>('GET', '/v1/rooms');
    await bob.route('**/v1/media/**', (route) => route.abort()); // not looked at before alpha is gone
    await paste(alice, 'late.png');
    await tray(alice).getByText('Ready to send').waitFor();
    await alice.getByRole('button', { name: 'Send', exact: true }).click();
    await bob.getByText('late.png').waitFor();
    await network.settle();
    await network.kill('alpha', 'api');
    await bob.unroute('**/v1/media/**');
    await bob.reload();
    const missing = bob.getByRole('alert').filter({ hasText: 'late.png' });
    await missing.getByText(/does not give this file now/).waitFor();
    await screenshot(bob, 'media-away');
    expect(await seriousProblems(bob)).toEqual([]);
    await network.start('alpha', 'api');
    await missing.getByRole('button', { name: 'Try again' }).click();
    await shown(bob.getByRole('img', { name: 'late.png' }));
    expect((await people.bob.messages(room.id)).length).toBeGreaterThan(4);
  });

  it('is usable on a small dark screen', async () => {
    const small = await enter('bob', 'beta', { viewport: NARROW, colorScheme: 'dark' });
    await shown(small.getByRole('img', { name: 'late.png' }));
    await paste(small, 'mine.png');
    await tray(small).getByText('Ready to send').waitFor();
    expect(await small.evaluate(() => (globalThis as any).document.documentElement.scrollWidth as number)).toBeLessThanOrEqual(NARROW.width);
    await screenshot(small, 'media-narrow-dark');
    expect(await seriousProblems(small)).toEqual([]);
  });

  it('met no script error and no refusal of the page’s policy on the way', () => {
    expect(world.problems).toEqual([]);
  });
});

function tray(page: Page): Locator {
  return page.getByRole('list', { name: 'Files to send' });
}

/** Its bytes have come and were a picture. */
async function shown(image: Locator): Promise<void> {
  await image.waitFor();
  await image.evaluate((element: any) => element.decode());
  expect(await image.evaluate((element: any) => element.naturalWidth as number)).toBeGreaterThan(0);
}

/** A picture out of the clipboard, as the browser hands it to the page. */
async function paste(page: Page, name: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).evaluate(async (element: any, fileName) => {
    const { document, DataTransfer, ClipboardEvent } = globalThis as any;
    const canvas = Object.assign(document.createElement('canvas'), { width: 1200, height: 800 });
    const context = canvas.getContext('2d')!;
    const sky = context.createLinearGradient(0, 0, 0, 800);
    for (const [at, colour] of [[0, '#2c7be5'], [0.55, '#9fd0ff'], [0.56, '#1d7f8c'], [0.75, '#2aa7a0'], [0.76, '#e9d8a6'], [1, '#d9bf77']] as const) sky.addColorStop(at, colour);
    context.fillStyle = sky;
    context.fillRect(0, 0, 1200, 800);
    const blob = await new Promise<Blob>((resolve) => canvas.toBlob(resolve, 'image/png'));
    const data = new DataTransfer();
    data.items.add(new File([blob], fileName, { type: 'image/png' }));
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  }, name);
}

/** Somewhere on the part of the page that the file is for. */
async function drop(onto: Locator, name: string, text: string): Promise<void> {
  const page = onto.page();
  const data = await page.evaluateHandle(([fileName, body]) => {
    const made = new (globalThis as any).DataTransfer();
    made.items.add(new File([body!], fileName!, { type: 'text/plain' }));
    return made;
  }, [name, text]);
  await onto.dispatchEvent('dragover', { dataTransfer: data });
  await page.getByText('Drop files here').waitFor();
  await screenshot(page, `drop-${name}`);
  await onto.dispatchEvent('drop', { dataTransfer: data });
}
