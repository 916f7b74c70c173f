import { existsSync } from 'node:fs';
import { freePort } from '@scaiwave/config';
import { ensureKeyringFolder, KeyringError, readPassphrase } from '@scaiwave/core';
import { Database } from '@scaiwave/database';
import { Metrics, silentLogger, type Clock } from '@scaiwave/telemetry';
import { programs } from '../places.js';
import { findSystemSentence, StartProblem } from '../start-problem.js';
import { ApplyResources } from './apply-resources.js';
import { buildApiEnv, buildWorkerEnv, type Backends, type CommonSettings } from './child-env.js';
import { ConfigInForce } from './config-in-force.js';
import { openDataFolder, type DataFolder } from './data-folder.js';
import { checkPortIsFree } from './port-check.js';
import { endLeftoverServers, ServerProcesses } from './server-processes.js';
import { startBackends, type GivenBackends } from './start-backends.js';
import { watchFolder } from './watch-folder.js';

export interface InstallationOptions {
  configDir: string;
  dataDir: string;
  http: { host: string; port: number; howToChoosePort: string; publicScheme: 'http' | 'https'; egress: string[] | null };
  /** 0 takes a free one. */
  healthPort: number;
  passphraseFile: string | null;
  given: GivenBackends;
  common: CommonSettings;
  clock: Clock;
  /** For people: one sentence. */
  say: (sentence: string) => void;
  /** One line that a child wrote. */
  onLine: (name: string, line: string) => void;
}

type Closer = () => Promise<void> | void;

/**
 * One installation on one machine: config folder → keyring and rows; Postgres and Redis; API and worker as processes.
 *
 *   check files and port → end leftovers → Postgres, Redis, migrations → keys, tenants, peers → worker, API → watch files
 */
export class Installation {
  private readonly closers: Closer[] = [];
  private servers: ServerProcesses | null = null;

  private constructor(private readonly options: InstallationOptions) {}

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

  /** pids of API and worker, null while one is down. */
  get pids(): Record<string, number | null> {
    return this.servers?.pids ?? {};
  }

  /** Stops everything in the reverse order of its start. */
  async stop(): Promise<void> {
    for (const close of this.closers.splice(0).reverse()) await close();
  }

  private async bringUp(): Promise<void> {
    const { options } = this;
    for (const program of [programs.api, programs.worker]) if (!existsSync(program)) throw new StartProblem(`${program} is not built: run npm run build`);
    const config = new ConfigInForce(options.configDir);
    config.readFirst();
    const passphrase = options.passphraseFile === null ? null : readPassphrase(options.passphraseFile);
    const folder = openDataFolder(options.dataDir);
    this.closers.push(folder.release);
    await endLeftoverServers(folder.run);
    await checkPortIsFree(options.http.host, options.http.port, options.http.howToChoosePort);
    ensureKeyringFolder(folder.keyring);
    const running = await startBackends(options.given, folder);
    this.closers.push(running.stop);
    const apply = this.buildApply(running.backends, { dir: folder.keyring, passphrase });
    for (const change of await config.applyFirst(apply)) options.say(change);
    await this.startServers(folder, running.backends);
    this.closers.push(watchFolder(options.configDir, async () => {
      for (const sentence of await config.refresh(apply)) options.say(sentence);
    }));
  }

  private buildApply(backends: Backends, keyring: { dir: string; passphrase: string | null }): ApplyResources {
    const db = new Database({ url: backends.databaseUrl, fleetUrl: backends.databaseFleetUrl, poolSize: 2, logger: silentLogger(), metrics: new Metrics() });
    this.closers.push(() => db.close());
    return new ApplyResources(db, this.options.clock, keyring);
  }

  private async startServers(folder: DataFolder, backends: Backends): Promise<void> {
    const { http, common, passphraseFile, onLine, say } = this.options;
    const healthPorts = { api: this.options.healthPort || (await freePort()), worker: await freePort() };
    const api = { ...http, healthPort: healthPorts.api, webDist: existsSync(programs.web) ? programs.web : null };
    const worker = { healthPort: healthPorts.worker, keyringDir: folder.keyring, passphraseFile };
    this.servers = new ServerProcesses({
      runFolder: folder.run, healthPorts, onLine, say,
      env: { api: buildApiEnv(backends, common, api), worker: buildWorkerEnv(backends, common, worker) },
    });
    this.closers.push(() => this.servers?.stop());
    await this.servers.start();
  }
}
