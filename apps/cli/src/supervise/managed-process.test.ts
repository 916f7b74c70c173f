import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { endLeftover } from './end-leftover.js';
import { ManagedProcess } from './managed-process.js';
import { findLivingProcess, findStartTime, writeProcessRecord } from './process-record.js';

describe('a managed process', () => {
  let dir: string;
  const running: ManagedProcess[] = [];
  beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'managed-'))));
  afterEach(async () => {
    await Promise.all(running.splice(0).map((managed) => managed.stop()));
    rmSync(dir, { recursive: true, force: true });
  });

  /** Starts `code` and collects what happens; `until` resolves with the n-th line. */
  function manage(code: string, env: Record<string, string> = {}) {
    const lines: string[] = [];
    const deaths: { how: string; restartInMs: number }[] = [];
    const waiting: { n: number; resolve: (line: string) => void }[] = [];
    const managed = new ManagedProcess({
      name: 'child', args: ['-e', code], env, recordFile: join(dir, 'child.json'), firstRestartMs: 5, maxRestartMs: 20,
      onLine: (_, line) => {
        lines.push(line);
        for (const w of waiting) if (lines.length >= w.n) w.resolve(lines[w.n - 1]!);
      },
      onDied: (_, how, restartInMs) => deaths.push({ how, restartInMs }),
    });
    running.push(managed);
    const line = (n: number): Promise<string> => (lines.length >= n ? Promise.resolve(lines[n - 1]!) : new Promise((resolve) => waiting.push({ n, resolve })));
    return { managed, lines, deaths, line };
  }
  const STAY = 'console.log("up " + process.pid); setInterval(() => {}, 1000)';

  it('gives the child only the environment that it is meant to have', async () => {
    const { managed, line } = manage('console.log(JSON.stringify(process.env)); setInterval(() => {}, 1000)', { ONLY: 'this' });
    await managed.start();
    expect(JSON.parse(await line(1))).toEqual({ ONLY: 'this' });
  });

  it('starts a child that was killed again, as another process', async () => {
    const { managed, deaths, line } = manage(STAY);
    await managed.start();
    const first = await line(1);
    process.kill(managed.pid!, 'SIGKILL');
    expect(await line(2)).not.toBe(first);
    expect(deaths).toEqual([{ how: 'by SIGKILL', restartInMs: 5 }]);
  });

  it('waits longer after each death, up to a bound', async () => {
    const { managed, deaths, line } = manage('console.log("x"); process.exit(3)');
    await managed.start();
    await line(5);
    expect(deaths.slice(0, 4)).toEqual([5, 10, 20, 20].map((restartInMs) => ({ how: 'with code 3', restartInMs })));
  });

  it('stops a child for good and leaves no record', async () => {
    const { managed, line } = manage(STAY);
    await managed.start();
    const pid = Number((await line(1)).split(' ')[1]);
    await managed.stop();
    expect(findStartTime(pid)).toBeNull();
    expect(existsSync(join(dir, 'child.json'))).toBe(false);
  });

  it('ends what a killed run left behind before it starts its own', async () => {
    const orphan = spawn(process.execPath, ['-e', STAY], { stdio: ['ignore', 'pipe', 'ignore'] });
    await once(orphan.stdout, 'data');
    writeProcessRecord(join(dir, 'child.json'), orphan.pid!);
    const { managed, line } = manage(STAY);
    await managed.start();
    await line(1);
    expect(orphan.signalCode).toBe('SIGTERM');
    expect(findLivingProcess(join(dir, 'child.json'))?.pid).toBe(managed.pid);
  });

  it('kills a leftover that does not listen', async () => {
    const orphan = spawn(process.execPath, ['-e', `process.on("SIGTERM", () => {}); ${STAY}`], { stdio: ['ignore', 'pipe', 'ignore'] });
    await once(orphan.stdout, 'data');
    writeProcessRecord(join(dir, 'child.json'), orphan.pid!);
    const exited = once(orphan, 'exit');
    expect(await endLeftover(join(dir, 'child.json'), 50)).toBe(true);
    await exited;
    expect(orphan.signalCode).toBe('SIGKILL');
  });

  it('never touches a process that merely has the recorded pid', async () => {
    const record = join(dir, 'child.json');
    writeProcessRecord(record, process.pid);
    writeFileSync(record, readFileSync(record, 'utf8').replace(/"started":"\d+"/, '"started":"1"'));
    expect(findLivingProcess(record)).toBeNull();
    expect(await endLeftover(record)).toBe(false);
  });
});
