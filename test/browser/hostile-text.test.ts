import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Person, TestNetwork } from '@scaiwave/testing';
import type { Page } from 'playwright-core';
import { sharedRoom } from '../federation/rooms-between-servers.js';
import { MediaCaller } from '../integration/media-world.js';
import { ChatWorld, list, message, openRoom } from './chat-world.js';

// Whole servers and a browser, on a machine that may have more to do.
jest.setTimeout(300_000);

const RUN = 'window.hit=(window.hit||0)+1';

/** What has run scripts in other chat apps: tags, attributes, addresses, and markdown that makes them. */
const CORPUS = [
  `<script>${RUN}</script>`,
  `<img src=x onerror="${RUN}">`,
  `<img src="https://tracker.example/pixel.png">`,
  `<svg onload="${RUN}"><script>${RUN}</script><foreignObject><iframe src="javascript:${RUN}"></iframe></foreignObject></svg>`,
  `<iframe srcdoc="<script>parent.${RUN}</script>"></iframe>`,
  `<a href="javascript:${RUN}">a link</a>`,
  `<details open ontoggle="${RUN}"><summary>x</summary></details>`,
  `<body onpageshow="${RUN}"><input autofocus onfocus="${RUN}">`,
  `<style>@import "https://tracker.example/a.css"; body{display:none}</style><link rel="stylesheet" href="https://tracker.example/b.css">`,
  `<form action="https://tracker.example"><button formaction="javascript:${RUN}">press</button></form>`,
  `<math><mtext></p><img src=x onerror="${RUN}"></mtext></math><base href="https://tracker.example/">`,
  `<meta http-equiv="refresh" content="0;url=https://tracker.example"><object data="javascript:${RUN}"></object><embed src="javascript:${RUN}">`,
  `[press](javascript:${RUN})`,
  `[press](JaVaScRiPt:${RUN})`,
  `[press](java&#x0A;script:${RUN})`,
  `[press](  &#106;avascript:${RUN})`,
  `[press](<javascript:${RUN}>)`,
  `[press](data:text/html;base64,PHNjcmlwdD5wYXJlbnQuaGl0PTE8L3NjcmlwdD4=)`,
  `[press](vbscript:msgbox(1))`,
  `[press](file:///etc/passwd)`,
  `[press](//tracker.example/x)`,
  `![picture](https://tracker.example/pixel.png)`,
  `![picture](javascript:${RUN})`,
  `![x](x"onerror="${RUN}")`,
  `[a]: javascript:${RUN}\n\n[press][a]`,
  `<javascript:${RUN}>`,
  `<https://tracker.example/"onmouseover="${RUN}>`,
  '```"><img src=x onerror="' + RUN + '">\ncode\n```',
  '`</code><script>' + RUN + '</script>`',
  `| a | b |\n|---|---|\n| <img src=x onerror="${RUN}"> | [x](javascript:${RUN}) |`,
  `[^1]\n\n[^1]: <script>${RUN}</script> [x](javascript:${RUN})`,
  `- [ ] <script>${RUN}</script>`,
  `\u202E<script>${RUN}</script>\u0000\uFFFF`,
  `{{constructor.constructor('${RUN}')()}} \${${RUN}}`,
  `@alice"><script>${RUN}</script>`,
];
const NAME = `"><img src=x onerror="${RUN}"><script>${RUN}</script>`;

describe('what others write', () => {
  let world: ChatWorld;
  let network: TestNetwork;
  let page: Page;
  let alice: Person;
  let room: string;
  const strangers: string[] = [];

  beforeAll(async () => {
    world = await ChatWorld.create(['alpha', 'beta']);
    ({ network } = world);
    const [first, bob] = await Promise.all([network.person('alice', 'alpha'), network.person('bob', 'beta')]);
    alice = first;
    room = await sharedRoom(network, bob, alice, NAME);
    await bob.must('PUT', `/v1/rooms/${room}/topic`, { topic: NAME });
    for (const body of CORPUS) await bob.say(room, body.replaceAll('\u0000', ''));
    const last = await bob.say(room, 'the last one');
    await bob.must('POST', `/v1/rooms/${room}/events/${last.id}/reaction`, { emoji: '<img src=x onerror=hit=1>' });
    await bob.must('POST', `/v1/rooms/${room}/send`, { content: { msgtype: 'swp.code', lang: NAME, body: NAME } });
    const files = new MediaCaller({ address: `http://127.0.0.1:${network.apiPort(bob.serverName)}`, host: bob.serverName, token: () => bob.token() });
    const { media_id: mediaId } = await files.file(Buffer.from('<script>hit=1</script>'), '<img src=x onerror=hit=1>.html');
    files.close();
    await bob.must('POST', `/v1/rooms/${room}/send`, { content: { msgtype: 'swp.media', body: NAME, media_id: mediaId, url: `javascript:${RUN}` } });
    await bob.must('POST', `/v1/rooms/${room}/send`, { content: { msgtype: '<img src=x onerror=hit=1>', body: 'of no known kind' } });
    await network.settle({ timeoutMs: 120_000 });
    await network.rows('alpha', 'UPDATE participants SET display_name = $2 WHERE tenant_id = $1 AND fqid = $3', [NAME, bob.fqid]);
    await network.rows('alpha', `UPDATE peers SET verdict = 'down', failing_since = now(), last_error_at = now(), last_error_code = 'SW_FED_PEER_UNREACHABLE', last_error_message = $2, next_attempt_at = now() + interval '1 day' WHERE tenant_id = $1`, [NAME]);
    page = await world.enter('alice', 'alpha');
    const own = new URL(page.url()).origin;
    page.on('request', (request) => {
      const { protocol, origin } = new URL(request.url());
      if (origin !== own && !['data:', 'blob:'].includes(protocol)) strangers.push(request.url());
    });
    page.on('dialog', (dialog) => {
      world.problems.push(`a dialog: ${dialog.message()}`);
      return dialog.dismiss();
    });
    await page.reload();
  });
  afterAll(() => world?.close());

  /** Whatever in the page could run, load or lead where it must not. */
  const dangers = () =>
    page.evaluate(() => {
      const TAGS = 'script:not([src]), iframe, object, embed, base, meta, link, form, foreignObject, math, img';
      const ADDRESSES = ['href', 'src', 'action', 'xlink:href'];
      const isCode = (name: string) => /^on/i.test(name) || name === 'srcdoc' || name === 'formaction';
      const isBad = (name: string, value: string) => ADDRESSES.includes(name) && /^[^/?#]*:/.test(value) && !/^(https?|mailto):/i.test(value);
      const tags = [...document.body.querySelectorAll(TAGS)].map((element) => element.outerHTML.slice(0, 200));
      const attributes = [...document.body.querySelectorAll('*')].flatMap((element) => [...element.attributes].filter(({ name, value }) => isCode(name) || isBad(name, value)).map(({ name, value }) => `${element.tagName} ${name}=${value}`));
      return [...tags, ...attributes, ...('hit' in window ? ['a script ran'] : [])];
    });

  it('is shown as text: bodies, names, topics and reactions of other servers run nothing and load nothing', async () => {
    await openRoom(page, NAME);
    await message(page, 'the last one').getByRole('button', { name: '<img src=x onerror=hit=1> 1' }).waitFor();
    const seen = new Set<string>();
    // Every message comes into the page once, from the last to the first.
    for (let isTop = false; !isTop; ) {
      expect(await dangers()).toEqual([]);
      for (const id of await page.getByRole('article').evaluateAll((articles) => articles.map((article) => article.id))) seen.add(id);
      isTop = await list(page).evaluate((element) => {
        const before = element.scrollTop;
        element.scrollBy(0, -250);
        return new Promise<boolean>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(before === 0 && element.scrollTop === 0))));
      });
    }
    expect(seen.size).toBeGreaterThanOrEqual(CORPUS.length);
  });

  it('leads nowhere but to web addresses, in a window that knows nothing of this one', async () => {
    const links = await list(page).locator('.sw-markdown a').evaluateAll((anchors) => anchors.map((anchor) => [anchor.getAttribute('href') ?? '', anchor.getAttribute('target'), anchor.getAttribute('rel')]));
    for (const [href, target, rel] of links) {
      expect([href, target, rel]).toEqual([expect.stringMatching(/^($|https?:|mailto:|\/\/|#|[^:]*$)/), '_blank', 'noopener noreferrer nofollow']);
    }
  });

  it('stays text in threads, replies, notifications, member lists and the administrator’s pages', async () => {
    await page.getByRole('button', { name: 'Federated room' }).click();
    expect(await dangers()).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Notifications/ }).click();
    await page.getByRole('dialog').waitFor();
    expect(await dangers()).toEqual([]);
    await page.goto(`http://${alice.serverName}/people`);
    await page.getByRole('searchbox', { name: 'Search' }).fill('bob');
    expect(await dangers()).toEqual([]);
    const admin = await world.enter('anna', 'alpha', { role: 'admin' });
    await admin.goto(`http://${alice.serverName}/admin/federation/peers`);
    await admin.getByRole('navigation', { name: 'Federation' }).waitFor();
    const user = page;
    page = admin;
    await admin.getByText(NAME).first().waitFor();
    expect(await dangers()).toEqual([]);
    page = user;
  });

  it('could run nothing if it became markup: the policy refuses inline scripts and foreign addresses', async () => {
    const probe = await world.browser.newPage();
    const answer = await probe.goto(`http://${alice.serverName}/login`);
    const policy = answer!.headers()['content-security-policy']!.split('; ');
    const scripts = policy.find((rule) => rule.startsWith('script-src')) ?? policy.find((rule) => rule.startsWith('default-src'))!;
    expect(scripts.split(' ').slice(1)).toEqual(["'self'"]);
    await probe.getByRole('button', { name: 'Sign in' }).waitFor();
    const result = await probe.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.hit = 1';
      const picture = document.createElement('div');
      picture.innerHTML = '<img src=x onerror="window.hit = 2">';
      document.body.append(script, picture);
      return new Promise((resolve) => picture.firstChild!.addEventListener('error', () => resolve((window as unknown as { hit?: number }).hit ?? null)));
    });
    expect(result).toBeNull();
    await probe.close();
  });

  it('made the browser ask no other server for anything', () => {
    expect(strangers).toEqual([]);
    expect(world.problems).toEqual([]);
  });
});
