import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spanMs, SystemClock, writeClockOffset, type Span } from '@scaiwave/telemetry';
import type pg from 'pg';
import type { ProcessName } from './installation.js';
import type { Backend } from './own-backends.js';
import { Person } from './person.js';
import { Site, type SiteOptions } from './site.js';
import { startTestIssuer, type TestIssuer } from './test-issuer.js';
import { until } from './until.js';
import type { Wire } from './wire.js';

export type Layout = 'separate installations' | 'one installation';

export interface NetworkOptions extends SiteOptions {
  layout?: Layout;
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
    return this.server(server).site.addressOf(api);
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
    await site.removeKeys();
    await site.makeKeys(serverName, this.clock);
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
    for (const site of this.#sites) await site.close();
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
    const site = await Site.create({ folder: this.folder, issuerUrl: this.issuer.url, options: this.options });
    this.#sites.add(site);
    for (const made of await site.makeTenants(names, this.clock)) this.#servers.set(made.name, { ...made, site });
  }
}

function claimsOf(localId: string, serverName: string, role: 'user' | 'admin') {
  return { sub: `${localId}@${serverName}`, preferred_username: localId, name: localId[0]?.toUpperCase() + localId.slice(1), roles: role === 'admin' ? ['admin'] : [] };
}
