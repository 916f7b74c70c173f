import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '@scaiwave/config';
import { ApplyTenant, ensureFirstKey, ensureKeyringFolder, TenantStore, type TenantSpec } from '@scaiwave/core';
import { Database } from '@scaiwave/database';
import type { ServerName } from '@scaiwave/protocol';
import { Metrics, silentLogger, type Clock } from '@scaiwave/telemetry';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from './database.js';
import { Installation, type ProcessName } from './installation.js';
import { OwnBackends } from './own-backends.js';
import { createTestRedis, type TestRedis } from './redis.js';
import { Wire } from './wire.js';

export interface SiteOptions {
  /** the provider's policy per server; `Open` where nothing is said */
  peering?: Record<string, NonNullable<TenantSpec['peering']>>;
  /** more environment for every process */
  env?: Record<string, string>;
  /** other servers reach each installation over a wire that can be cut and slowed; it reaches its Redis over another one */
  hasWires?: boolean;
  /** each installation has a Postgres and a Redis of its own, which can crash */
  hasOwnBackends?: boolean;
}

/** What an installation is made of. */
interface Parts {
  /** of the network, for keys and clocks */
  folder: string;
  issuerUrl: string;
  options: SiteOptions;
  database: TestDatabase;
  redis: TestRedis;
  apiPort: number;
  wire: Wire | null;
  redisWire: Wire | null;
  backends: OwnBackends | null;
}

/** From a port of the first processes to that of the second ones. */
const SECOND = 3;

/** One installation on loopback, with its databases, its keys and the wires to it. */
export class Site {
  readonly apiPort: number;
  readonly wire: Wire | null;
  readonly redisWire: Wire | null;
  readonly backends: OwnBackends | null;
  readonly database: TestDatabase;
  readonly redis: TestRedis;
  /** as the owner of the database sees it */
  readonly owner: pg.Pool;
  readonly installation: Installation;
  readonly offsetFile: string;
  skewMs = 0;

  private constructor(private readonly parts: Parts) {
    ({ apiPort: this.apiPort, wire: this.wire, redisWire: this.redisWire, backends: this.backends, database: this.database, redis: this.redis } = parts);
    this.offsetFile = join(parts.folder, `clock-offset-${this.apiPort}`);
    this.owner = new pg.Pool({ connectionString: parts.database.ownerUrl, max: 2 });
    this.owner.on('error', () => undefined); // an idle connection that a test has cut is replaced
    this.installation = new Installation({
      env: this.#environment(),
      healthPorts: { api: this.apiPort + 1, worker: this.apiPort + 2, 'second api': this.apiPort + SECOND + 1, 'second worker': this.apiPort + SECOND + 2 },
    });
  }

  static async create(around: Pick<Parts, 'folder' | 'issuerUrl' | 'options'>): Promise<Site> {
    const { hasOwnBackends, hasWires } = around.options;
    const backends = hasOwnBackends ? await OwnBackends.start() : null;
    const redis = createTestRedis(backends?.redisUrl);
    const [database, apiPort] = await Promise.all([createTestDatabase(backends?.postgresUrl), freePort(2 * SECOND + 1)]);
    const redisWire = hasWires ? await Wire.to(Number(new URL(redis.url).port)) : null;
    return new Site({ ...around, backends, redis, database, apiPort, redisWire, wire: hasWires ? await Wire.to(apiPort, apiPort + 2 * SECOND) : null });
  }

  /** Where one API process listens, beside its wire. */
  addressOf(api: 'api' | 'second api'): string {
    return `http://127.0.0.1:${this.apiPort + (api === 'api' ? 0 : SECOND)}`;
  }

  /** Tenants of these names, each with a key; before the processes begin. */
  async makeTenants(names: readonly string[], clock: Clock): Promise<{ name: string; serverName: string; tenantId: string }[]> {
    const { issuerUrl, options, database } = this.parts;
    const db = new Database({ url: database.appUrl, fleetUrl: database.fleetUrl, poolSize: 1, logger: silentLogger(), metrics: new Metrics() });
    const made = [];
    for (const name of names) {
      const serverName = `${name}.localhost:${this.wire?.port ?? this.apiPort}`;
      const applied = await new ApplyTenant(db, new TenantStore(), clock).run({
        resource: `test/${name}`,
        spec: { serverName, displayName: name, auth: { oidc: { issuer: issuerUrl, clientId: serverName } }, peering: options.peering?.[name] ?? { mode: 'Open' } },
      });
      if (applied.outcome === 'refused') throw new Error(applied.sentence);
      await this.makeKeys(applied.tenant.serverName, clock);
      made.push({ name, serverName, tenantId: applied.tenant.id });
    }
    await db.close();
    return made;
  }

  async makeKeys(serverName: string, clock: Clock): Promise<void> {
    ensureKeyringFolder(this.#keyring);
    await ensureFirstKey({ dir: this.#keyring, passphrase: null }, serverName as ServerName, clock.date());
  }

  removeKeys(): Promise<void> {
    return rm(this.#keyring, { recursive: true });
  }

  /** Takes away what the processes have left; they are stopped. */
  async close(): Promise<void> {
    this.wire?.close();
    this.redisWire?.close();
    await this.owner.end();
    if (this.backends) await this.backends.close();
    else await Promise.all([this.redis.empty(), this.database.drop()]);
  }

  get #keyring(): string {
    return join(this.parts.folder, `keyring-${this.apiPort}`);
  }

  #environment(): Record<ProcessName, Record<string, string>> {
    const { issuerUrl, options } = this.parts;
    const both = {
      DATABASE_URL: this.database.appUrl,
      DATABASE_FLEET_URL: this.database.fleetUrl,
      REDIS_URL: this.redisWire ? withPort(this.redis.url, this.redisWire.port) : this.redis.url,
      REDIS_PREFIX: this.redis.prefix,
      ALLOW_LOCALHOST_PEERS: '1',
      SCAIWAVE_TEST_MODE: '1',
      CLOCK_OFFSET_FILE: this.offsetFile,
      LOG_LEVEL: 'warn',
      ...options.env,
    };
    // The API may reach Postgres, Redis and the issuer; any other connection throws.
    const api = { ...both, HTTP_PORT: String(this.apiPort), PUBLIC_SCHEME: 'http', FORBID_EGRESS_EXCEPT: new URL(issuerUrl).host };
    const worker = { ...both, KEYRING_DIR: this.#keyring, SWEEP_INTERVAL_MS: '200' };
    return { api, worker, 'second api': { ...api, HTTP_PORT: String(this.apiPort + SECOND) }, 'second worker': worker };
  }
}

function withPort(url: string, port: number): string {
  const changed = new URL(url);
  changed.port = String(port);
  return changed.href;
}
