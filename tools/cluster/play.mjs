// The commands of a page, to be played as they stand there: blocks that begin with "```sh play". `install` beside it marks what `make cluster` plays itself.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

export function readBlocks(page) {
  const blocks = [];
  let heading = '';
  for (const [, title, info, script] of page.matchAll(/^#+ (.+)$|^```(\S+(?: \S+)*)\n([^]*?)^```$/gm)) {
    if (title !== undefined) heading = title;
    else if (/^sh play\b/.test(info)) blocks.push({ heading, script, isInstall: info.split(' ').includes('install') });
  }
  return blocks;
}

/** Plays blocks one after the other, each in a bash of its own; what one exports the next ones have. */
export class Player {
  #folder = mkdtempSync(join(tmpdir(), 'scaiwave-play-'));
  #state = join(this.#folder, 'exported');

  /** @param environment file to source first */
  constructor(environment, cwd) {
    this.cwd = cwd;
    writeFileSync(this.#state, `. '${environment}'\n`);
  }

  async play(script) {
    const whole = `set -euo pipefail\n. '${this.#state}'\n${script}\nexport -p > '${this.#state}'\n`;
    const child = spawn('bash', ['-c', whole], { cwd: this.cwd, env: { PATH: '/usr/bin:/bin', HOME: this.#folder }, stdio: ['ignore', 'pipe', 'pipe'] });
    const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), new Promise((resolve) => child.once('exit', (exit) => resolve(exit ?? 1)))]);
    if (code !== 0) throw new Error(`${script}\nended with ${code}:\n${stdout}${stderr}`);
    return stdout;
  }

  close() {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
