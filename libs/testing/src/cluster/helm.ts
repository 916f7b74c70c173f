import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { KubectlAnswer } from './kubectl.js';

/** The real helm, with folders of its own: nothing of the user's is read or written. */
export class Helm {
  readonly #folder = mkdtempSync(join(tmpdir(), 'scaiwave-helm-'));
  #files = 0;

  /** @param kubeconfig none: for what needs no cluster (template, lint, package) */
  constructor(
    private readonly program: string,
    private readonly kubeconfig = '/nonexistent',
  ) {}

  /** Writes values to a file. @returns its path, for `-f` */
  values(values: object): string {
    this.#files += 1;
    const path = join(this.#folder, `values-${this.#files}.json`);
    writeFileSync(path, JSON.stringify(values));
    return path;
  }

  /** Whatever comes of it. */
  async try(...args: string[]): Promise<KubectlAnswer> {
    const env = {
      PATH: '/usr/bin:/bin', HOME: this.#folder, KUBECONFIG: this.kubeconfig,
      HELM_CACHE_HOME: join(this.#folder, 'cache'), HELM_CONFIG_HOME: join(this.#folder, 'config'), HELM_DATA_HOME: join(this.#folder, 'data'),
    };
    const child = spawn(this.program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), new Promise<number>((resolve) => child.once('exit', (exit) => resolve(exit ?? 1)))]);
    return { code, stdout, stderr };
  }

  /** @throws Error with what helm said when it did not succeed */
  async run(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.try(...args);
    if (code !== 0) throw new Error(`helm ${args.join(' ')}: ${stderr}`);
    return stdout;
  }

  /** Removes its folder. */
  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
