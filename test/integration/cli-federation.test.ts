import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { TestNetwork, type Person } from '@scaiwave/testing';
import { sharedRoom } from '../federation/rooms-between-servers.js';

const CLI = fileURLToPath(new URL('../../apps/cli/dist/main.js', import.meta.url));

let network: TestNetwork;
let alice: Person;
let anna: Person;
let bob: Person;

beforeAll(async () => {
  network = await TestNetwork.create(['alpha', 'beta']);
  [alice, anna, bob] = await Promise.all([network.person('alice', 'alpha'), network.person('anna', 'alpha', 'admin'), network.person('bob', 'beta')]);
});
afterAll(() => network?.close());

async function scaiwave(args: string[], token?: string): Promise<{ code: number; out: string; err: string }> {
  const env = { SCAIWAVE_URL: `http://${alice.serverName}`, SCAIWAVE_TOKEN: token ?? (await anna.token()) };
  const child = spawn(process.execPath, [CLI, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err]: [string[], string[]] = [[], []];
  child.stdout.on('data', (data: Buffer) => out.push(data.toString()));
  child.stderr.on('data', (data: Buffer) => err.push(data.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, out: out.join(''), err: err.join('') };
}

it('lists peers, shows one, and says what it did to it', async () => {
  const room = await sharedRoom(network, alice, bob, 'Launch');
  expect((await scaiwave(['peers'])).out).toMatch(new RegExp(`SERVER +STATE.*\\n${bob.serverName} +ok`));
  const { out } = await scaiwave(['peers', 'show', bob.serverName]);
  expect(out).toMatch(/state +ok\n/);
  expect(out).toContain(room);
  expect(JSON.parse((await scaiwave(['peers', 'pause', bob.serverName, '--json'])).out)).toMatchObject({ state: 'paused' });
});

it('shows a peer from both sides, and says so when it cannot be asked', async () => {
  expect((await scaiwave(['peers', 'show', bob.serverName])).out).not.toContain('last heard from us');
  const paused = JSON.parse((await scaiwave(['peers', 'show', bob.serverName, '--with-status', '--json'])).out);
  expect(paused.theirs).toMatchObject({ is_answered: true, last_error: null });
  expect(paused.theirs.rooms).toContainEqual({ room_id: paused.rooms[0].room_id, direction: 'in', state: 'ok', position: paused.rooms[0].position });
  expect((await scaiwave(['peers', 'show', bob.serverName, '--with-status'])).out).toMatch(/its rooms with us +1, 0 not ok/);
  await network.kill('beta', 'api');
  expect(JSON.parse((await scaiwave(['peers', 'show', bob.serverName, '--with-status', '--json'])).out).theirs).toEqual({ is_answered: false, code: 'SW_FED_PEER_UNREACHABLE', by: 'us' });
  await network.start('beta', 'api');
});

it('explains a delivery and redelivers', async () => {
  const room = (await alice.must<any[]>('GET', '/v1/rooms')).find((one) => one.name === 'Launch').id as string;
  const { id } = await alice.say(room, 'hello');
  expect((await scaiwave(['deliveries', '--peer', bob.serverName])).out).toContain(id);
  expect((await scaiwave(['explain', '--event', id])).out).toMatch(new RegExp(`^waiting \\(${bob.serverName}\\): An admin of this server has paused`));
  await scaiwave(['peers', 'resume', bob.serverName]);
  await network.settle();
  expect(JSON.parse((await scaiwave(['explain', '--event', id, '--json'])).out)).toMatchObject({ verdict: 'stored', peer: bob.serverName });
  expect((await scaiwave(['deliveries', 'redeliver', '--event', id])).out).toBe('Nothing that was given up is named by that.\n');
});

it('says what became of one event, what was refused, and who did what', async () => {
  const room = (await alice.must<any[]>('GET', '/v1/rooms')).find((one) => one.name === 'Launch').id as string;
  const { id } = await alice.say(room, 'to be followed');
  await network.settle();
  expect((await scaiwave(['deliveries', 'of', id, '--room', room], await alice.token())).out).toMatch(new RegExp(`^TO +STATE.*\\n${bob.serverName} +stored`));
  expect((await scaiwave(['rejected'])).out).toBe('Nothing was refused.\n');
  expect((await scaiwave(['audit', '--action', 'peer.'])).out).toMatch(new RegExp(`${anna.fqid} +peer\\.paused? +${bob.serverName}`));
  const lines = (await scaiwave(['audit', '--export', '--action', 'peer.'])).out.trimEnd().split('\n').map((line) => JSON.parse(line));
  expect(lines.map(({ actor }) => actor)).toContain(anna.fqid);
  expect((await scaiwave(['audit', '--export'], await alice.token())).err).toContain('SW_AUTH_INSUFFICIENT_PERMISSION');
});

it('removes a peer, having shown what that cuts', async () => {
  const dryRun = await scaiwave(['peers', 'remove', bob.serverName, '--dry-run']);
  expect(dryRun.out).toMatch(new RegExp(`^would remove +${bob.serverName}\\nrooms +1\\n(.*\\n)*.* +Launch +${alice.serverName} +1 +1\\n$`));
  expect((await scaiwave(['peers', 'show', bob.serverName])).out).toMatch(/state +ok\n/);
  expect(JSON.parse((await scaiwave(['peers', 'remove', bob.serverName, '--reason', 'done', '--json'])).out)).toMatchObject({ dry_run: false, room_count: 1, people: { ours: 1, theirs: 1 } });
  expect((await scaiwave(['peers'])).out).toMatch(new RegExp(`${bob.serverName} +removed`));
});

it('says in one sentence what is wrong', async () => {
  const wrong = await scaiwave(['peers'], 'nonsense');
  expect([wrong.code, wrong.err.split('\n').length]).toEqual([1, 2]);
  expect(wrong.err).toContain('does not take the token');
  expect((await scaiwave(['explain'])).err).toContain('name an event');
  expect((await scaiwave(['peers', 'show', 'nobody.example'])).err).toContain('SW_NOT_FOUND');
  expect((await scaiwave(['peers'], await alice.token())).err).toContain('SW_AUTH_INSUFFICIENT_PERMISSION');
});

it('shows the signing keys, and asks for another one', async () => {
  expect((await scaiwave(['keys', 'status'])).out).toMatch(/next rotation +when somebody asks\n[^]*KID +STATE[^]*ed25519:\S+ +active/);
  expect((await scaiwave(['keys', 'rotate'])).out).toMatch(/another key is wanted since +\d{4}-/);
});
