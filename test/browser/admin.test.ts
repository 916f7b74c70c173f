import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { until, type Person, type TestNetwork } from '@scaiwave/testing';
import type { Locator, Page } from 'playwright-core';
import { request } from 'undici';
import { sharedRoom } from '../federation/rooms-between-servers.js';
import { NARROW, screenshot, seriousProblems, seriousProblemsInBothSchemes, WIDE } from './browser.js';
import { ChatWorld, LONG_MS } from './chat-world.js';
import { failsWellAndRecovers, type Place } from './failing-api.js';

const PAGES = ['Explain', 'Audit', 'Keys', 'Rejected', 'Deliveries', 'Policy', 'Peers'];

// Whole servers and a browser, on a machine that may have more to do.
jest.setTimeout(400_000);

/** An admin's day, on two installations of their own; every test goes on where the one before it ended. */
describe('Admin → Federation', () => {
  let world: ChatWorld;
  let network: TestNetwork;
  let anna: Page;
  let alice: Person;
  let bob: Person;
  let room: string;
  let lost: string;
  let beta: string;

  beforeAll(async () => {
    world = await ChatWorld.create(['alpha', 'beta']);
    ({ network } = world);
    [alice, bob] = await Promise.all([network.person('alice', 'alpha'), network.person('bob', 'beta')]);
    beta = bob.serverName;
    room = await sharedRoom(network, alice, bob, 'Launch');
    await alice.say(room, 'Friday at ten');
    await network.settle();
    anna = await world.enter('anna', 'alpha', { role: 'admin' });
  });

  afterAll(() => world?.close());

  const address = () => `http://${network.server('alpha').serverName}`;
  const open = async (page: Page, path: string) => {
    await page.goto(`${address()}/admin/federation/${path}`);
    await page.getByRole('navigation', { name: 'Federation' }).waitFor();
  };
  const peerPath = () => `peers/${encodeURIComponent(beta)}`;

  it('shows a peer as both servers see it, with what was sent to it in the last 24 hours', async () => {
    await anna.getByRole('link', { name: /Federation/ }).click();
    await row(anna, 'Peers', beta).getByText('OK', { exact: true }).waitFor();
    await anna.getByRole('link', { name: `Details of ${beta}` }).first().click();
    const theirs = anna.getByRole('region', { name: `As ${beta} sees this server` });
    await theirs.getByText(/agrees with ours/).waitFor();
    await anna.getByRole('region', { name: 'Shared rooms' }).getByRole('cell', { name: /Launch/ }).waitFor();
    await anna.getByRole('img', { name: /^Sent in the last 24 hours: [1-9]/ }).waitFor();
    await anna.getByRole('img', { name: /^Latency in the last 24 hours: [\d,]+ ms/ }).waitFor();
    await screenshot(anna, 'admin-peer');
  });

  it('shows within seconds that a peer was cut off, and why nothing reaches it', async () => {
    await open(anna, 'peers');
    await network.kill('beta', 'api', 'worker');
    lost = (await alice.say(room, 'Is anybody there?')).id;
    const line = row(anna, 'Peers', beta);
    await line.getByText(/Retrying|Down/).waitFor();
    await line.getByText('SW_FED_PEER_UNREACHABLE').waitFor();
    await screenshot(anna, 'admin-peers');
    await open(anna, peerPath());
    await anna.getByRole('region', { name: `As ${beta} sees this server` }).getByText(/did not say how it sees/).waitFor();
    await anna.getByRole('img', { name: /^Retried in the last 24 hours: [1-9]/ }).waitFor();
    await open(anna, 'deliveries?state=queued');
    await anna.getByRole('link', { name: `Why is Message not at ${beta}?` }).click();
    await anna.getByRole('status').getByText(/cannot be reached since/).waitFor();
  });

  it('lets the admin find what failed within 24 hours, select it and send it again, until it is stored', async () => {
    network.advance({ hours: 24, minutes: 1 });
    await anna.clock.install({ time: network.clock.now() });
    await world.signIn(anna, { who: 'anna', server: 'alpha', role: 'admin' });
    await open(anna, 'deliveries');
    await choose(anna, 'State', 'Failed');
    await choose(anna, 'Peer', beta);
    await row(anna, 'Deliveries', beta).getByText('Message', { exact: true }).waitFor();
    await screenshot(anna, 'admin-deliveries');
    await network.start('beta');
    await anna.getByRole('checkbox', { name: `Select Message to ${beta}` }).check();
    await anna.getByRole('button', { name: 'Redeliver 1' }).click();
    await anna.getByText('1 delivery is being sent again.').waitFor();
    await anna.getByText('Nothing matches these filters.').waitFor();
    await until('it is at beta', async () => (await network.rows('beta', 'SELECT 1 FROM events WHERE tenant_id = $1 AND id = $2', [lost])).length > 0, LONG_MS);
    await open(anna, 'explain');
    await anna.getByRole('textbox', { name: 'Event or invitation id' }).fill(` ${lost.toUpperCase()} `);
    await anna.keyboard.press('Enter');
    await anna.getByRole('status').getByText('Stored there').waitFor();
    await screenshot(anna, 'admin-explain');
  });

  it('explains an invitation by the same field, and says when an id is known to nobody', async () => {
    const { data: invitation } = await alice.invite((await alice.createRoom('Second')).id, bob.fqid);
    await open(anna, `explain?id=${invitation.id}`);
    await anna.getByRole('status').getByText(new RegExp(`${bob.fqid} has it and has not answered`)).waitFor();
    await open(anna, 'explain?id=00000000-0000-4000-8000-000000000000');
    await anna.getByText('This server knows no event and no invitation with this id.').waitFor();
  });

  it('lists what was refused of others, and filters it', async () => {
    const body = JSON.stringify({ batch_id: '00000000-0000-4000-8000-000000000000', events: [], ephemeral: [] });
    await request(`${network.addressOf('alpha', 'api')}/_scaiwave/federation/v1/send`, { method: 'POST', body, headers: { host: alice.serverName, 'content-type': 'application/json', 'scaiwave-origin': beta } });
    await open(anna, 'rejected');
    const rejected = anna.getByRole('table', { name: 'Rejected' }).getByRole('row').nth(1);
    await rejected.waitFor();
    await anna.getByRole('textbox', { name: 'Code' }).fill('SW_FED_GAP');
    await anna.getByText('Nothing matches these filters.').waitFor();
    await anna.getByRole('button', { name: 'Clear filters' }).click();
    await rejected.waitFor();
  });

  it('filters the audit log and exports what the filter names as JSON lines', async () => {
    await open(anna, 'audit?action=delivery.');
    await row(anna, 'Audit', 'delivery.redelivered').waitFor();
    await screenshot(anna, 'admin-audit');
    const [download] = await Promise.all([anna.waitForEvent('download'), anna.getByRole('link', { name: 'Export (JSON lines)' }).click()]);
    const lines = (await readFile(await download.path(), 'utf8')).trim().split('\n').map((line) => JSON.parse(line) as { action: string });
    expect(new Set(lines.map((line) => line.action))).toEqual(new Set(['delivery.redelivered', 'delivery.failed']));
    await anna.getByRole('button', { name: 'delivery.failed' }).first().click();
    await row(anna, 'Audit', 'delivery.redelivered').waitFor({ state: 'detached' });
  });

  it('shows the signing key, and takes the wish for another one', async () => {
    await open(anna, 'keys');
    const main = anna.getByRole('main');
    await main.getByText('Active', { exact: true }).waitFor();
    await main.getByRole('button', { name: 'Rotate' }).click();
    await anna.getByRole('dialog').getByRole('button', { name: 'Rotate' }).click();
    await main.getByText('Another key was asked for').or(main.getByText('Next', { exact: true })).first().waitFor();
  });

  it('can be used with the keyboard alone', async () => {
    await open(anna, 'peers');
    await anna.getByRole('link', { name: 'Policy', exact: true }).focus();
    await anna.keyboard.press('Enter');
    await anna.getByRole('radiogroup', { name: 'Mode' }).waitFor();
    await anna.getByRole('link', { name: 'Peers', exact: true }).focus();
    await anna.keyboard.press('Enter');
    await anna.getByRole('button', { name: 'Add peer' }).focus();
    await anna.keyboard.press('Enter');
    await anna.keyboard.type('nobody.test');
    await anna.keyboard.press('Escape');
    await anna.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it.each([['light', WIDE], ['dark', NARROW]] as const)('has no serious accessibility problem on any page, and fits (%s, %j)', async (colorScheme, viewport) => {
    await anna.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await anna.setViewportSize(viewport);
    const isFine = async (name: string) => {
      await anna.getByRole('status', { name: 'Loading…' }).first().waitFor({ state: 'detached' });
      expect([name, await seriousProblemsInBothSchemes(anna, colorScheme)]).toEqual([name, []]);
      expect(await anna.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(viewport.width);
      await screenshot(anna, `${colorScheme}-${viewport.width}-${name}`);
    };
    await open(anna, `explain?id=${lost}&peer=${encodeURIComponent(beta)}`);
    await anna.getByText('Stored there').waitFor();
    await isFine('answer');
    for (const page of PAGES) {
      await anna.getByRole('link', { name: page, exact: true }).click();
      await isFine(page);
    }
    await anna.getByRole('link', { name: 'Peers', exact: true }).click();
    await anna.getByRole('link', { name: `Details of ${beta}` }).filter({ visible: true }).click();
    await anna.getByText(/agrees with ours/).waitFor();
    await isFine('Peer');
    await anna.setViewportSize(WIDE);
  });

  it('says on every page what cannot be loaded and why, and loads it when asked again', async () => {
    await anna.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    const main = anna.getByRole('main');
    const at = (name: string, path: string, page = name): Place => ({ name: `admin-${name}`, path: new RegExp(`^/v1/admin/${path}([?]|$)`), within: main, open: () => open(anna, page) });
    const places = [
      at('peers', 'federation/peers'), at('policy', 'federation/policy'), at('deliveries', 'federation/deliveries'), at('rejected', 'federation/rejected'), at('keys', 'federation/keys'), at('audit', 'audit'),
      at('peer', 'federation/peers/[^/?]+', peerPath()), at('charts', 'federation/peers/[^/?]+/history', peerPath()), at('answer', 'federation/explain', `explain?id=${lost}&peer=${encodeURIComponent(beta)}`),
    ];
    for (const place of places) await failsWellAndRecovers(anna, place);
  });

  it('shows an unannounced key, and trusts it only once the admin has compared it; then pins it', async () => {
    await anna.emulateMedia({ colorScheme: 'light' });
    await open(anna, peerPath());
    await network.loseKeys('beta');
    await bob.say(room, 'We had to set the server up again.');
    // Its first word with the new key may have come to nothing on a slow machine, and it takes its time before the next one.
    const admin = await network.person('anna', 'alpha', 'admin');
    await until('alpha has seen the key of beta', async () => {
      await admin.call('POST', '/v1/admin/federation/peers', { server_name: beta });
      return (await network.rows('alpha', 'SELECT 1 FROM peers WHERE tenant_id = $1 AND key_changed_at IS NOT NULL')).length > 0;
    }, LONG_MS);
    const alert = anna.getByRole('alert').filter({ hasText: 'a key that was not announced' });
    await alert.waitFor();
    await screenshot(anna, 'admin-key-changed');
    network.advance({ minutes: 1 }); // a descriptor is fetched three times in ten seconds at most
    await alert.getByRole('button', { name: 'Compare and accept the new key' }).click();
    const dialog = anna.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Look up' }).click();
    const shown = (await dialog.getByLabel('Key fingerprint').textContent()) ?? '';
    network.advance({ minutes: 1 });
    await dialog.getByRole('button', { name: 'Accept' }).click();
    await alert.waitFor({ state: 'detached' });
    await anna.getByRole('button', { name: 'Pin key' }).click();
    await anna.getByRole('region', { name: 'Keys' }).getByText('Pinned', { exact: true }).waitFor();
    await anna.getByRole('region', { name: 'Keys' }).getByText(shown).waitFor();
    await alice.say(room, 'Welcome back.');
    await network.settle({ timeoutMs: LONG_MS });
    expect(await alice.bodies(room)).toContain('We had to set the server up again.');
  });

  it('removes a peer only after it has said what is cut and the name was typed', async () => {
    await open(anna, peerPath());
    await anna.getByRole('button', { name: 'Remove…' }).click();
    const dialog = anna.getByRole('dialog');
    await dialog.getByRole('listitem').filter({ hasText: '1 shared room is cut' }).waitFor();
    await screenshot(anna, 'admin-remove');
    expect(await seriousProblems(anna)).toEqual([]);
    const remove = dialog.getByRole('button', { name: 'Remove peer' });
    expect(await remove.isDisabled()).toBe(true);
    await dialog.getByRole('textbox', { name: `Type ${beta} to confirm` }).fill(beta);
    await remove.click();
    await anna.getByText('Removed', { exact: true }).first().waitFor();
    await anna.getByRole('button', { name: 'Add again' }).waitFor();
    await until('beta knows that it was removed', async () => (await network.rows('beta', `SELECT 1 FROM peers WHERE tenant_id = $1 AND admin_state = 'removed_by_them'`)).length > 0, LONG_MS);
  });

  it('keeps out who is no administrator', async () => {
    const page = await world.openWindow('alice');
    network.signsInNext('alice', 'alpha');
    await page.goto(`${address()}/admin/federation/peers`);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('SW_AUTH_INSUFFICIENT_PERMISSION').waitFor();
    await page.context().close();
  });

  it('met no script error on the way', () => {
    expect(world.problems).toEqual([]);
  });
});

function row(page: Page, table: string, text: string): Locator {
  return page.getByRole('table', { name: table }).getByRole('row').filter({ hasText: text }).first();
}

async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole('combobox', { name: label }).or(page.getByRole('textbox', { name: label })).first().click();
  await page.getByRole('option', { name: option }).click();
}
