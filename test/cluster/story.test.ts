import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@scaiwave/config';
import { until } from '@scaiwave/testing';
import { Player, readBlocks } from '../../tools/cluster/play.mjs';
import { describeWithCluster } from './describe-with-cluster.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const blocks = readBlocks(readFileSync(join(root, 'docs/operating/README.md'), 'utf8'));
const LONG_MS = 240_000;

/** A process and all that it started, by /proc. */
function familyOf(pid: number): number[] {
  const parents = new Map(readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map((name) => [Number(name), parentOf(name)]));
  const below = (parent: number): number[] => [...parents].filter(([, of]) => of === parent).flatMap(([child]) => [child, ...below(child)]);
  return [pid, ...below(pid)];
}

function parentOf(pid: string): number {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) \S /, '').split(' ')[0]);
  } catch {
    return 0; // gone meanwhile
  }
}

// Each block goes on from the one before, as for whoever reads the page.
describeWithCluster("the provider's story, played as the page tells it on `make cluster BARE=1`", () => {
  let cluster: ChildProcess;
  let folder: string;
  let player: Player;
  let output = '';

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'scaiwave-story-'));
    for (const name of ['charts', 'docs']) symlinkSync(join(root, name), join(folder, name));
    const port = await freePort(2);
    cluster = spawn(process.execPath, [join(root, 'tools/cluster/main.mjs')], { env: { ...process.env, BARE: '1', CLUSTER_DIR: join(folder, 'cluster'), CLUSTER_PORT: String(port) }, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [cluster.stdout, cluster.stderr]) stream?.on('data', (data: Buffer) => (output += data.toString()));
    await until('it is ready', () => {
      if (cluster.exitCode !== null) throw new Error(`it ended: ${output}`);
      return /^ready$/m.test(output);
    }, LONG_MS);
    player = new Player(join(folder, 'cluster/env'), folder);
  }, LONG_MS);

  afterAll(() => {
    player?.close();
    cluster.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  test('the page has the whole story', () => {
    expect([...new Set(blocks.map(({ heading }) => heading))]).toEqual([
      'What has to be there', 'Install', 'The first tenant', 'The first peer', 'Keys', 'When it is red', 'Upgrade', 'Back up, and restore a lost cluster', 'Part with a peer', 'Uninstall',
    ]);
  });

  test.each(blocks.map((block, index) => ({ ...block, step: `${index + 1}, ${block.heading}: ${block.script.trim().split('\n')[0]}` })))('step $step', async ({ script }) => {
    await player.play(script);
  }, LONG_MS);

  test('Ctrl-C ends it, and nothing of it is left', async () => {
    const family = familyOf(cluster.pid ?? 0);
    expect(family.length).toBeGreaterThan(5); // Postgres, Redis, the login provider and the control plane
    const gone = once(cluster, 'exit');
    cluster.kill('SIGINT');
    expect((await gone)[0]).toBe(0);
    await until('all of it is gone', () => family.every((pid) => !existsSync(`/proc/${pid}`)));
    expect(existsSync(join(folder, 'cluster'))).toBe(false);
  }, LONG_MS);
});
