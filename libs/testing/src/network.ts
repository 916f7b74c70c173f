import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@scaiwave/config';
import { ApplyTenant, ensureFirstKey, ensureKeyringFolder, TenantStore, type TenantSpec } from '@scaiwave/core';
import { Database } from '@scaiwave/database';
import type { ServerName } from '@scaiwave/protocol';
import { Metrics, silentLogger, spanMs, SystemClock, writeClockOffset, type Span } from '@scaiwave/telemetry';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from './database.js';
import { Installation, type ProcessName } from './installation.js';
import { until } from './until.js';
import { OwnBackends, type Backend } from './own-backends.js';
import { Person } from './person.js';
import { createTestRedis, type TestRedis } from './redis.js';
import { startTestIssuer, type TestIssuer } from './test-issuer.js';
import { Wire } from './wire.js';

export type Layout = 'separate installations' | 'one installation';

export interface NetworkOptions {
  layout?: Layout;
  /** the provider's policy per server; `Open` where nothing is said */
  peering?: Record<string, NonNullable<TenantSpec['peering']>>;
  /** more environment for every process */
  env?: Record<string, string>;
  /** other servers reach each installation over a wire that can be cut and slowed; it reaches its Redis over another one */
  hasWires?: boolean;
  /** each installation has a Postgres and a Redis of its own, which can crash */
  hasOwnBackends?: boolean;
}

/** From a port of the first processes to that of the second ones. */
const SECOND = 3;

interface Site {
  installation: Installation;
  database: TestDatabase;
  redis: TestRedis;
  owner: pg.Pool;
  apiPort: number;
  wire: Wire | null;
  redisWire: Wire | null;
  backends: OwnBackends | null;
  offsetFile: string;
  skewMs: number;
}

/** One server of the network: a tenant, wherever it is installed. */
export interface TestServer {
  name: string;
  serverName: string;
  tenantId: string;
  site: Site;
}

/** Lanes, control events and requests that are neither settled nor waiting for a peer that is down. */
const UNSETTLED = `
  SELECT 'lane to ' || l.server_name AS what FROM lanes l JOIN rooms r ON r.tenant_id = l.tenant_id AND r.id = l.room_id
    WHERE l.state = 'ok' AND l.server_name <> ALL($1)
      AND l.acked_seq < CASE l.kind WHEN 'host' THEN COALESCE(l.end_seq, r.last_seq) ELSE r.out_seq END
  UNION ALL SELECT c.type || ' to ' || c.server_name FROM control_events c WHERE c.state = 'queued' AND c.server_name <> ALL($1)
  UNION ALL SELECT 'own event without a place' FROM events e JOIN rooms r ON r.tenant_id = e.tenant_id AND r.id = e.room_id
    WHERE e.state = 'pending' AND r.host <> ALL($1)
  UNION ALL SELECT 'backfill of ' || r.id FROM rooms r WHERE r.backfill_state IN ('wanted', 'running', 'holes_wanted') AND r.host <> ALL($1)`;

/**
 * Whole servers on loopback: real API and worker processes, Postgres, Redis, signed HTTP. `alpha` hosts whatever alice makes.
 * With the layout "one installation" the same servers are tenants of one pair of processes.
 */
export class TestNetwork {
  readonly clock: SystemClock;
  readonly #servers = new Map<string, TestServer>();
  readonly #sites = new Set<Site>();
  #offsetMs = 0;

  private constructor(
    private readonly folder: string,
    private readonly issuer: TestIssuer,
    private readonly options: NetworkOptions,
  ) {
    this.clock = new SystemClock({ offsetFile: join(this.folder, 'clock-offset') });
  }

  static async create(names: readonly string[], options: NetworkOptions = {}): Promise<TestNetwork> {
    const folder = await mkdtemp(join(tmpdir(), 'scaiwave-network-'));
    const network = new TestNetwork(folder, await startTestIssuer(), options);
    const groups = options.layout === 'one installation' ? [names] : names.map((name) => [name]);
    try {
      for (const group of groups) await network.#install(group);
      await Promise.all([...network.#sites].map((site) => site.installation.start()));
    } catch (error) {
      await network.close(); // nobody else could: the test has no network yet
      throw error;
    }
    return network;
  }

  server(name: string): TestServer {
    const server = this.#servers.get(name);
    if (!server) throw new Error(`no server ${name} in this network`);
    return server;
  }

  /** Where the API of this server listens, by its server_name: for what is no plain call. */
  apiPort(serverName: string): number {
    const server = [...this.#servers.values()].find((one) => one.serverName === serverName);
    if (!server) throw new Error(`no server ${serverName} in this network`);
    return server.site.apiPort;
  }

  /** Somebody who has logged in once. */
  async person(localId: string, server: string, role: 'user' | 'admin' = 'user'): Promise<Person> {
    const { serverName, site } = this.server(server);
    const person = new Person({
      localId,
      serverName,
      address: () => `http://127.0.0.1:${site.apiPort}`,
      token: () => this.issuer.token({ ...claimsOf(localId, serverName, role), aud: serverName, now: this.clock.now() }),
    });
    await person.must('GET', '/v1/me');
    return person;
  }

  /** The next browser that comes to the login page of this server is this person. */
  signsInNext(localId: string, server: string, role: 'user' | 'admin' = 'user'): void {
    this.issuer.signInAs({ ...claimsOf(localId, this.server(server).serverName, role), now: this.clock.now() });
  }

  /** Moves the clock of every process and of this network. */
  advance(span: Span): void {
    this.#offsetMs += spanMs(span);
    writeClockOffset(join(this.folder, 'clock-offset'), this.#offsetMs);
    for (const site of this.#sites) writeClockOffset(site.offsetFile, this.#offsetMs + site.skewMs);
  }

  /** One installation's clock goes wrong by so many milliseconds; 0 puts it right. */
  skew(server: string, skewMs: number): void {
    const { site } = this.server(server);
    site.skewMs = skewMs;
    writeClockOffset(site.offsetFile, this.#offsetMs + skewMs);
  }

  /** The wire over which others reach this server. */
  wire(server: string): Wire {
    const { wire } = this.server(server).site;
    if (!wire) throw new Error('this network has no wires: ask for them with hasWires');
    return wire;
  }

  /** The wire over which this server's processes reach Redis. */
  redisWire(server: string): Wire {
    const { redisWire } = this.server(server).site;
    if (!redisWire) throw new Error('this network has no wires: ask for them with hasWires');
    return redisWire;
  }

  /** Where one API process of a server listens, beside its wire. */
  addressOf(server: string, api: 'api' | 'second api'): string {
    return `http://127.0.0.1:${this.server(server).site.apiPort + (api === 'api' ? 0 : SECOND)}`;
  }

  isRunning(server: string, process: ProcessName): boolean {
    return this.server(server).site.installation.isRunning(process);
  }

  /** Ends all connections to one installation's database, as its restart would. */
  async breakDatabase(server: string): Promise<void> {
    const { database, owner } = this.server(server).site;
    await owner.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()', [database.name]);
  }

  /** `kill -9` of one installation's own Postgres or Redis; what comes back is what mends it. */
  async crash(server: string, backend: Backend): Promise<() => Promise<void>> {
    const { backends } = this.server(server).site;
    if (!backends) throw new Error('this network has no backends of its own: ask for them with hasOwnBackends');
    await backends.crash(backend);
    return () => backends.restart(backend);
  }

  kill(server: string, ...processes: ProcessName[]): Promise<void> {
    return this.server(server).site.installation.kill(...processes);
  }

  start(server: string, ...processes: ProcessName[]): Promise<void> {
    return this.server(server).site.installation.start(...processes);
  }

  /** The server's keys are gone and it makes new ones, as after a loss: nobody has announced them. */
  async loseKeys(server: string): Promise<void> {
    const { serverName, site, tenantId } = this.server(server);
    await this.kill(server, 'worker');
    // What its database knows of the old keys is gone with them: a worker does not publish a keyring in which a live key is missing.
    await site.owner.query('DELETE FROM signing_keys WHERE tenant_id = $1', [tenantId]);
    await rm(this.#keyringOf(site.apiPort), { recursive: true });
    await this.#makeKeys(serverName, site.apiPort);
    await this.start(server, 'worker');
  }

  /** Rows as the owner of the database sees them; `$1` is the server's tenant id. */
  async rows<Row extends pg.QueryResultRow = any>(server: string, sql: string, params: readonly unknown[] = []): Promise<Row[]> {
    const { site, tenantId } = this.server(server);
    return (await site.owner.query<Row>(sql, [tenantId, ...params])).rows;
  }

  /** Until the query gives a row. */
  async untilRow(server: string, sql: string, params: readonly unknown[] = []): Promise<void> {
    await until(`${server} has a row: ${sql}`, async () => (await this.rows(server, sql, params)).length > 0);
  }

  async emptyRedis(server: string): Promise<void> {
    await this.server(server).site.redis.empty();
  }

  /** Until nothing is on its way any more, except to the servers named. */
  async settle(options: { except?: readonly string[]; timeoutMs?: number } = {}): Promise<void> {
    const away = (options.except ?? []).map((name) => this.server(name).serverName);
    let left: string[] = [];
    try {
      await until('the network has settled', async () => (left = await this.#unsettled(away)).length === 0, options.timeoutMs ?? 30_000);
    } catch (error) {
      throw new Error(`${(error as Error).message}\nStill open: ${left.join('; ')}\n${this.output()}`, { cause: error });
    }
  }

  /** The last lines that a server's processes wrote, or all processes. */
  output(server?: string): string {
    const sites = server === undefined ? [...this.#sites] : [this.server(server).site];
    return sites.map((site) => site.installation.output).join('\n');
  }

  /** The room's order as one server holds it: `room_seq event_id chain` per place. */
  async order(server: string, roomId: string): Promise<string[]> {
    const rows = await this.rows(server, `SELECT room_seq, id, encode(chain, 'hex') AS chain FROM events WHERE tenant_id = $1 AND room_id = $2 AND room_seq IS NOT NULL ORDER BY room_seq`, [roomId]);
    return rows.map((row) => `${row.room_seq} ${row.id} ${row.chain}`);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sites].map((site) => site.installation.stop()));
    for (const site of this.#sites) {
      site.wire?.close();
      site.redisWire?.close();
      await site.owner.end();
      if (site.backends) await site.backends.close();
      else await Promise.all([site.redis.empty(), site.database.drop()]);
    }
    await this.issuer.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  async #unsettled(away: readonly string[]): Promise<string[]> {
    const found = await Promise.all(
      [...this.#sites].map(async (site) => {
        const isAway = [...this.#servers.values()].some((server) => server.site === site && away.includes(server.serverName));
        return isAway ? [] : (await site.owner.query<{ what: string }>(UNSETTLED, [away])).rows;
      }),
    );
    return found.flat().map((row) => row.what);
  }

  async #install(names: readonly string[]): Promise<void> {
    const backends = this.options.hasOwnBackends ? await OwnBackends.start() : null;
    const redis = createTestRedis(backends?.redisUrl);
    const [database, apiPort] = await Promise.all([createTestDatabase(backends?.postgresUrl), freePort(2 * SECOND + 1)]);
    const offsetFile = join(this.folder, `clock-offset-${apiPort}`);
    const owner = new pg.Pool({ connectionString: database.ownerUrl, max: 2 });
    owner.on('error', () => undefined); // an idle connection that a test has cut is replaced
    const redisWire = this.options.hasWires ? await Wire.to(Number(new URL(redis.url).port)) : null;
    const site: Site = {
      database, redis, apiPort, owner, offsetFile, redisWire, backends,
      skewMs: 0,
      wire: this.options.hasWires ? await Wire.to(apiPort, apiPort + 2 * SECOND) : null,
      installation: new Installation({
        env: this.#environment({ database, redis, apiPort, offsetFile, redisWire }),
        healthPorts: { api: apiPort + 1, worker: apiPort + 2, 'second api': apiPort + SECOND + 1, 'second worker': apiPort + SECOND + 2 },
      }),
    };
    this.#sites.add(site);
    const db = new Database({ url: database.appUrl, fleetUrl: database.fleetUrl, poolSize: 1, logger: silentLogger(), metrics: new Metrics() });
    for (const name of names) await this.#makeTenant(name, site, db);
    await db.close();
  }

  async #makeTenant(name: string, site: Site, db: Database): Promise<void> {
    const serverName = `${name}.localhost:${site.wire?.port ?? site.apiPort}`;
    const applied = await new ApplyTenant(db, new TenantStore(), this.clock).run({
      resource: `test/${name}`,
      spec: { serverName, displayName: name, auth: { oidc: { issuer: this.issuer.url, clientId: serverName } }, peering: this.options.peering?.[name] ?? { mode: 'Open' } },
    });
    if (applied.outcome === 'refused') throw new Error(applied.sentence);
    await this.#makeKeys(applied.tenant.serverName, site.apiPort);
    this.#servers.set(name, { name, serverName, tenantId: applied.tenant.id, site });
  }

  async #makeKeys(serverName: string, apiPort: number): Promise<void> {
    ensureKeyringFolder(this.#keyringOf(apiPort));
    await ensureFirstKey({ dir: this.#keyringOf(apiPort), passphrase: null }, serverName as ServerName, this.clock.date());
  }

  #keyringOf(apiPort: number): string {
    return join(this.folder, `keyring-${apiPort}`);
  }

  #environment(parts: Pick<Site, 'database' | 'redis' | 'apiPort' | 'offsetFile' | 'redisWire'>): Record<ProcessName, Record<string, string>> {
    const both = {
      DATABASE_URL: parts.database.appUrl,
      DATABASE_FLEET_URL: parts.database.fleetUrl,
      REDIS_URL: parts.redisWire ? withPort(parts.redis.url, parts.redisWire.port) : parts.redis.url,
      REDIS_PREFIX: parts.redis.prefix,
      ALLOW_LOCALHOST_PEERS: '1',
      SCAIWAVE_TEST_MODE: '1',
      CLOCK_OFFSET_FILE: parts.offsetFile,
      LOG_LEVEL: 'warn',
      ...this.options.env,
    };
    // The API may reach Postgres, Redis and the issuer; any other connection throws.
    const api = { ...both, HTTP_PORT: String(parts.apiPort), PUBLIC_SCHEME: 'http', FORBID_EGRESS_EXCEPT: new URL(this.issuer.url).host };
    const worker = { ...both, KEYRING_DIR: this.#keyringOf(parts.apiPort), SWEEP_INTERVAL_MS: '200' };
    return { api, worker, 'second api': { ...api, HTTP_PORT: String(parts.apiPort + SECOND) }, 'second worker': worker };
  }
}

function withPort(url: string, port: number): string {
  const changed = new URL(url);
  changed.port = String(port);
  return changed.href;
}

function claimsOf(localId: string, serverName: string, role: 'user' | 'admin') {
  return { sub: `${localId}@${serverName}`, preferred_username: localId, name: localId[0]?.toUpperCase() + localId.slice(1), roles: role === 'admin' ? ['admin'] : [] };
}
