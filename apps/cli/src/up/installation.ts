import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { ensureEncrypted, ensureKeyringFolder, KeyringError, readPassphrase, type KeyringPlace } from '@scaiwave/core';
import { programs } from '../places.js';
import { findSystemSentence, StartProblem } from '../start-problem.js';
import { ConfigInForce } from './config-in-force.js';
import { openDataFolder, type DataFolder } from './data-folder.js';
import { checkPortIsFree } from './port-check.js';
import { endLeftoverServers } from './server-processes.js';
import { Stack, type StackOptions } from './stack.js';
import { watchFolder } from './watch-folder.js';

export interface InstallationOptions extends StackOptions {
  configDir: string;
  dataDir: string;
  /** How its user takes another port, e.g. `--port`. */
  howToChoosePort: string;
}

const LOOK_EVERY_MS = 1_000;
const RETRY_AFTER_MS = 5_000;

/**
 * One installation on one machine: config folder → keyring and rows; Postgres and Redis; API and worker as processes.
 *
 *   check files and port → end leftovers → Postgres, Redis, migrations → keys, tenants, peers → worker, API → watch files
 *                                              └──────────── again from here when an embedded server dies ────────────┘
 */
export class Installation {
  private readonly config: ConfigInForce;
  private folder: DataFolder | null = null;
  private stack: Stack | null = null;
  private stopWatching: () => Promise<void> = () => Promise.resolve();
  private lookTimer: NodeJS.Timeout | null = null;
  private replacing: Promise<void> = Promise.resolve();
  private rotating: Promise<void> | null = null;
  private rotationProblem = '';
  private isStopping = false;

  private constructor(private readonly options: InstallationOptions) {
    this.config = new ConfigInForce(options.configDir);
  }

  /** @throws StartProblem with nothing left running */
  static async start(options: InstallationOptions): Promise<Installation> {
    const installation = new Installation(options);
    try {
      await installation.bringUp();
      return installation;
    } catch (error) {
      await installation.stop();
      const sentence = error instanceof KeyringError ? error.message : findSystemSentence(error, `the data folder ${options.dataDir}`);
      throw sentence === null ? error : new StartProblem(sentence);
    }
  }

  /** Pids by name: api, worker, and postgres and redis where they are ours; null while one is down. */
  get pids(): Record<string, number | null> {
    return this.stack?.pids ?? {};
  }

  /** Stops everything in the reverse order of its start; a second call does nothing. */
  async stop(): Promise<void> {
    this.isStopping = true;
    if (this.lookTimer) clearInterval(this.lookTimer);
    await this.stopWatching();
    await this.replacing;
    await this.rotating;
    const { stack, folder } = this;
    this.stack = null;
    this.folder = null;
    await stack?.stop();
    folder?.release();
  }

  private async bringUp(): Promise<void> {
    const { configDir, dataDir, http, howToChoosePort, passphraseFile, say } = this.options;
    const { api, worker } = this.options.scripts ?? programs;
    for (const program of [api, worker]) if (!existsSync(program)) throw new StartProblem(`${program} is not built: run npm run build`);
    this.config.readFirst();
    const passphrase = passphraseFile === null ? null : readPassphrase(passphraseFile);
    const folder = openDataFolder(dataDir);
    this.folder = folder;
    await endLeftoverServers(folder.run);
    await checkPortIsFree(http.host, http.port, howToChoosePort);
    const keyring = { dir: folder.keyring, passphrase };
    ensureKeyringFolder(folder.keyring);
    for (const file of await ensureEncrypted(keyring)) say(`the keys in ${file} are encrypted now`);
    await this.startStack(folder, keyring);
    this.stopWatching = watchFolder(configDir, () => this.refresh());
    this.lookTimer = setInterval(() => this.look(folder, keyring), LOOK_EVERY_MS);
  }

  private async startStack(folder: DataFolder, keyring: KeyringPlace): Promise<void> {
    const stack = await Stack.start(this.options, folder, keyring);
    this.stack = stack;
    this.options.signal.throwIfAborted();
    const sentences = await this.config.applyFirst((set) => stack.apply.run(set));
    for (const sentence of sentences) this.options.say(sentence);
    await stack.startServers();
  }

  private async refresh(): Promise<void> {
    const { stack } = this;
    if (!stack) return;
    for (const sentence of await this.config.refresh((set) => stack.apply.run(set))) this.options.say(sentence);
  }

  private look(folder: DataFolder, keyring: KeyringPlace): void {
    const dead = this.stack?.findDead();
    if (!dead) {
      this.rotating ??= this.rotateDue().finally(() => (this.rotating = null));
      return;
    }
    if (this.lookTimer) clearInterval(this.lookTimer);
    this.options.say(`the embedded ${dead} ended; it starts again, and API and worker with it`);
    this.replacing = this.replaceStack(folder, keyring).then(() => {
      if (!this.isStopping) this.lookTimer = setInterval(() => this.look(folder, keyring), LOOK_EVERY_MS);
    });
  }

  private async rotateDue(): Promise<void> {
    try {
      for (const sentence of (await this.stack?.apply.rotateDue()) ?? []) this.options.say(sentence);
      this.rotationProblem = '';
    } catch (error) {
      // The next look tries again; said once, and not every second.
      const problem = `the signing keys could not be looked at: ${(error as Error).message}`;
      if (problem !== this.rotationProblem) this.options.say(problem);
      this.rotationProblem = problem;
    }
  }

  private async replaceStack(folder: DataFolder, keyring: KeyringPlace): Promise<void> {
    while (!this.isStopping) {
      const { stack } = this;
      this.stack = null;
      await stack?.stop();
      try {
        await this.startStack(folder, keyring);
        return;
      } catch (error) {
        this.options.say(`${findSystemSentence(error, `the data folder ${folder.root}`) ?? (error as Error).message}; the next attempt is in ${RETRY_AFTER_MS / 1_000} s`);
        await delay(RETRY_AFTER_MS, undefined, { signal: this.options.signal }).catch(() => undefined);
      }
    }
  }
}
