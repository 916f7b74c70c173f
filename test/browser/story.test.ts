import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort, readEnv } from '@scaiwave/config';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, openWindow } from './browser.js';
import { message, say } from './chat-world.js';

const CLI = fileURLToPath(new URL('../../apps/cli/dist/main.js', import.meta.url));

describe('the tour, on the demo’s two installations', () => {
  let folder: string;
  let demo: ChildProcess;
  let browser: Browser;
  let alice: Page;
  let dave: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'scaiwave-story-'));
    const port = await freePort(3);
    demo = await startDemo(folder, port);
    browser = await launchBrowser();
    alice = await logIn(`http://acme.localhost:${port}`, 'Alice');
    dave = await logIn(`http://initech.localhost:${port + 1}`, 'Dave');
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    if (demo?.exitCode === null) {
      const gone = once(demo, 'exit');
      demo.kill('SIGINT');
      await gone;
    }
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  it('lets alice invite dave by his FQID, and dave accept in his notification panel', async () => {
    await alice.getByRole('button', { name: 'New room' }).click();
    await alice.getByRole('textbox', { name: 'Name' }).fill('Road trip');
    await alice.getByRole('button', { name: 'Create room' }).click();
    await alice.getByRole('heading', { name: 'Road trip' }).waitFor();

    await alice.getByRole('button', { name: '+ Invite' }).click();
    await alice.getByRole('dialog').getByRole('switch', { name: /^Federated/ }).click();
    await alice.getByLabel('Full FQID').fill('@dave:initech.localhost');
    await alice.getByRole('button', { name: 'Invite', exact: true }).click();
    await alice.getByRole('dialog').getByText(/The invitation is at @dave/).waitFor();
    await alice.getByRole('button', { name: 'Done' }).click();

    await dave.getByRole('button', { name: /notifications/i }).click();
    await dave.getByRole('listitem').filter({ hasText: 'Road trip' }).getByRole('button', { name: 'Accept' }).first().click();
    await dave.getByRole('navigation', { name: 'Rooms' }).getByText('Road trip').waitFor();
    await alice.getByRole('list', { name: 'Members' }).getByText('@dave:initech.localhost').first().waitFor();
  });

  it('carries what both say, live: messages, replies, reactions, edits', async () => {
    await dave.keyboard.press('Escape');
    await dave.getByRole('navigation', { name: 'Rooms' }).getByText('Road trip').click();
    await say(alice, 'Who drives?');
    await dave.getByText('Who drives?').first().waitFor();
    await withTools(dave, 'Who drives?', 'Reply');
    await say(dave, 'I do.');
    const answer = message(alice, 'I do.');
    await answer.getByText(/In reply to Alice/).waitFor();
    await withTools(alice, 'I do.', 'React');
    await alice.getByRole('button', { name: '👍', exact: true }).click();
    await message(dave, 'I do.').getByRole('button', { name: '👍 1' }).waitFor();
    await message(dave, 'I do.').getByRole('button', { name: '👍 1' }).click();
    await answer.getByRole('button', { name: '👍 2' }).waitFor();
    await withTools(dave, 'I do.', 'Edit');
    await dave.getByRole('textbox', { name: /edit/i }).fill('I do, gladly.');
    await dave.keyboard.press('Enter');
    await alice.getByText('I do, gladly.').first().waitFor();
    await screenshot(alice, 'road-trip');
  });

  it('shows the people of three servers in one room, by server', async () => {
    await alice.getByRole('navigation', { name: 'Rooms' }).getByText('Three companies').click();
    await alice.getByRole('heading', { name: 'Three companies' }).waitFor();
    for (const person of ['@carol:globex.localhost', '@dave:initech.localhost']) await alice.getByRole('list', { name: 'Members' }).getByText(person).first().waitFor();
    await screenshot(alice, 'shared-room');
  });

  it('says why an incognito room and a bridge room cannot have people of other servers', async () => {
    for (const room of ['Incognito', 'Slack bridge']) {
      await alice.getByRole('navigation', { name: 'Rooms' }).getByText(room).click();
      await alice.getByRole('heading', { name: room }).waitFor();
      await alice.getByRole('button', { name: '+ Invite' }).click();
      await alice.getByRole('dialog').getByRole('switch', { name: /^Federated/ }).click();
      await alice.getByRole('dialog').getByText(/never federate|Incognito rooms|Bridge rooms/i).first().waitFor();
      await alice.keyboard.press('Escape');
    }
  });

  it('met no script error on the way', () => {
    expect(problems).toEqual([]);
  });

  async function logIn(address: string, name: string): Promise<Page> {
    const page = await openWindow(browser, { who: name, problems });
    await page.goto(address);
    await page.getByRole('link', { name: /sign in/i }).or(page.getByRole('button', { name: /sign in/i })).first().click();
    await page.getByText(`Log in as ${name}`).click();
    await page.getByRole('navigation', { name: 'Rooms' }).waitFor();
    return page;
  }
});

async function withTools(page: Page, text: string, tool: string): Promise<void> {
  await message(page, text).hover();
  await message(page, text).getByRole('button', { name: tool, exact: true }).click();
}

/** For the documentation: `SCREENSHOTS=docs/images` keeps what the browser showed. */
async function screenshot(page: Page, name: string): Promise<void> {
  const folder = readEnv().SCREENSHOTS;
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`) });
}

async function startDemo(folder: string, port: number): Promise<ChildProcess> {
  const child = spawn(process.execPath, [CLI, 'demo'], {
    env: { ...readEnv(), DATABASE_URL: undefined, REDIS_URL: undefined, DEMO_DIR: join(folder, 'data'), DEMO_PORT: String(port) } as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data: Buffer) => {
        printed += data.toString();
        if (/^ready$/m.test(printed)) resolve();
      });
    }
    child.once('exit', (code) => reject(new Error(`the demo ended with ${code}:\n${printed}`)));
  });
  return child;
}
