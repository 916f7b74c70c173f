import { existsSync } from 'node:fs';
import { freePort } from '@scaiwave/config';
import type { KeyringPlace } from '@scaiwave/core';
import { Database } from '@scaiwave/database';
import { Metrics, silentLogger, type Clock } from '@scaiwave/telemetry';
import { programs } from '../places.js';
import { findStartTime } from '../supervise/process-record.js';
import { ApplyResources } from './apply-resources.js';
import { buildApiEnv, buildWorkerEnv, type ApiSettings, type Backends, type CommonSettings } from './child-env.js';
import type { DataFolder } from './data-folder.js';
import { ServerProcesses, type ServerScripts } from './server-processes.js';
import { startBackends, type GivenBackends, type RunningBackends } from './start-backends.js';

export interface StackOptions {
  http: Pick<ApiSettings, 'host' | 'port' | 'publicScheme' | 'egress' | 'provider'>;
  /** 0 takes a free one. */
  healthPort: number;
  passphraseFile: string | null;
  given: GivenBackends;
  common: CommonSettings;
  clock: Clock;
  signal: AbortSignal;
  say: (sentence: string) => void;
  onLine: (name: string, line: string) => void;
  /** Scripts of API and worker; the built ones unless a test brings its own. */
  scripts?: ServerScripts;
}

/**
 * Everything of an installation that runs: Postgres, Redis, our own connection, API and worker. It is replaced as a whole when an
 * embedded server dies, as the children hold its address.
 */
export class Stack {
  private servers: ServerProcesses | null = null;
  readonly apply: ApplyResources;
  private readonly db: Database;

  private constructor(
    private readonly options: StackOptions,
    private readonly folder: DataFolder,
    private readonly running: RunningBackends,
    keyring: KeyringPlace,
  ) {
    const { databaseUrl: url, databaseFleetUrl: fleetUrl } = running.backends;
    this.db = new Database({ url, fleetUrl, poolSize: 2, logger: silentLogger(), metrics: new Metrics() });
    this.apply = new ApplyResources(this.db, options.clock, keyring);
  }

  /** Postgres and Redis are up and migrated; API and worker wait for `startServers`. @throws StartProblem */
  static async start(options: StackOptions, folder: DataFolder, keyring: KeyringPlace): Promise<Stack> {
    return new Stack(options, folder, await startBackends(options.given, folder), keyring);
  }

  /** @throws StartProblem when one does not become ready */
  async startServers(): Promise<void> {
    const { say, onLine, signal, healthPort } = this.options;
    const first = healthPort || (await freePort(2));
    const healthPorts = { api: first, worker: first + 1 };
    this.servers = new ServerProcesses({ runFolder: this.folder.run, scripts: this.options.scripts ?? programs, healthPorts, onLine, say, signal, env: this.buildEnv(this.running.backends, healthPorts) });
    await this.servers.start();
  }

  /** Pids by name: api, worker and the embedded servers; null while one is down. */
  get pids(): Record<string, number | null> {
    const { postgres, redis } = this.running.embedded;
    return { ...this.servers?.pids, ...(postgres && { postgres: postgres.pid }), ...(redis && { redis: redis.pid }) };
  }

  /** The embedded server that has died, or null while all is well. */
  findDead(): 'Postgres' | 'Redis' | null {
    const { postgres, redis } = this.running.embedded;
    if (postgres && findStartTime(postgres.pid) === null) return 'Postgres';
    return redis && findStartTime(redis.pid) === null ? 'Redis' : null;
  }

  async stop(): Promise<void> {
    await this.servers?.stop();
    await this.db.close();
    await this.running.stop();
  }

  private buildEnv(backends: Backends, healthPorts: { api: number; worker: number }): { api: Record<string, string>; worker: Record<string, string> } {
    const { http, common, passphraseFile } = this.options;
    return {
      api: buildApiEnv(backends, common, { ...http, healthPort: healthPorts.api, webDist: existsSync(programs.web) ? programs.web : null }),
      worker: buildWorkerEnv(backends, common, { healthPort: healthPorts.worker, keyringDir: this.folder.keyring, passphraseFile }),
    };
  }
}
