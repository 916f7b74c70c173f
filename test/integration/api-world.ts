import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseApiConfig } from '@scaiwave/config';
import type { Database } from '@scaiwave/database';
import { Clock, newId, SystemClock, writeClockOffset, spanMs, type Span } from '@scaiwave/telemetry';
import { ApiClient, createTestDatabase, createTestRedis, startTestIssuer, until, type ApiAnswer, type TestDatabase, type TestIssuer } from '@scaiwave/testing';
import { Egress } from '../../apps/api/src/egress.js';
import { ENDPOINTS } from '../../apps/api/src/http/endpoint.js';
import { startApi, type RunningApi } from '../../apps/api/src/start-api.js';

export interface CallOptions {
  headers?: Record<string, string>;
  method?: string;
}

/** Somebody with a bearer token at one tenant. Every answer is compared with what the API description promises. */
export class Caller {
  participantId = '';

  constructor(
    private readonly world: ApiWorld,
    readonly localId: string,
    readonly host: string,
    readonly token: string,
  ) {}

  get fqid(): string {
    return `@${this.localId}:${this.host}`;
  }

  async call<Data = any>(method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<ApiAnswer<Data>> {
    const answer = await this.world.client.call<Data>({ method, path, host: this.host, headers: { authorization: `Bearer ${this.token}`, ...options.headers }, ...(body === undefined ? {} : { body }) });
    if (answer.status < 300) expectDescribed(method, path, answer);
    return answer;
  }

  async must<Data = any>(method: string, path: string, body?: unknown): Promise<Data> {
    const answer = await this.call<Data>(method, path, body);
    if (answer.status >= 300) throw new Error(`${this.fqid} ${method} ${path} → ${answer.status} ${answer.text}`);
    return answer.data;
  }

  room(name = 'Lobby', more: Record<string, unknown> = {}): Promise<any> {
    return this.must('POST', '/v1/rooms', { room_type: 'group', name, ...more });
  }

  say(roomId: string, body: string, more: Record<string, unknown> = {}): Promise<any> {
    return this.must('POST', `/v1/rooms/${roomId}/send`, { content: { msgtype: 'swp.text', body, ...more } });
  }

  add(roomId: string, other: Caller): Promise<any> {
    return this.must('POST', `/v1/rooms/${roomId}/invite`, { participant_id: other.participantId });
  }
}

/** One API in this process, on a real socket, with real Postgres and Redis; it may connect to nothing else. */
export class ApiWorld {
  readonly client: ApiClient;
  readonly clock: SystemClock;
  #offsetMs = 0;

  private constructor(
    readonly api: RunningApi,
    readonly database: TestDatabase,
    readonly issuer: TestIssuer,
    private readonly folder: string,
    private readonly emptyRedis: () => Promise<void>,
  ) {
    this.client = new ApiClient(`http://127.0.0.1:${api.port}`);
    this.clock = new SystemClock({ offsetFile: join(folder, 'offset') });
    // The test speaks to the API from within its process.
    api.app.get(Egress).allowIssuer(this.client.address);
  }

  static async create(options: { env?: Record<string, string>; tenants?: readonly string[] } = {}): Promise<ApiWorld> {
    const database = await createTestDatabase();
    const redis = createTestRedis();
    const issuer = await startTestIssuer();
    const folder = mkdtempSync(join(tmpdir(), 'api-world-'));
    const { config, secrets } = parseApiConfig({
      DATABASE_URL: database.appUrl, DATABASE_FLEET_URL: database.fleetUrl, REDIS_URL: redis.url, REDIS_PREFIX: redis.prefix, HTTP_PORT: '0', PUBLIC_SCHEME: 'http',
      LOG_LEVEL: 'silent', SCAIWAVE_TEST_MODE: '1', CLOCK_OFFSET_FILE: join(folder, 'offset'), ...options.env,
    });
    const api = await startApi(config, secrets);
    const world = new ApiWorld(api, database, issuer, folder, () => redis.empty());
    for (const name of options.tenants ?? ['alpha', 'beta']) await world.addTenant(`${name}.test`);
    return world;
  }

  get<T>(type: abstract new (...args: never[]) => T): T {
    return this.api.app.get(type as never, { strict: false });
  }

  async addTenant(serverName: string, state = 'active'): Promise<string> {
    const id = newId(this.clock);
    await this.database.rows(
      `INSERT INTO tenants (id, server_name, display_name, state, oidc_issuer, oidc_client_id, created_at, updated_at) VALUES ($1, $2, $2, $3, $4, $2, now(), now())`,
      [id, serverName, state, this.issuer.url],
    );
    return id;
  }

  token(localId: string, host: string, more: { roles?: string[]; expiresInSeconds?: number; aud?: string; name?: string; now?: number } = {}): Promise<string> {
    return this.issuer.token({ sub: `${localId}@${host}`, preferred_username: localId, name: localId.toUpperCase(), aud: host, now: this.clock.now(), ...more });
  }

  /** Somebody who has logged in once. */
  async person(localId: string, server = 'alpha', role: 'user' | 'admin' = 'user'): Promise<Caller> {
    const host = `${server}.test`;
    const caller = new Caller(this, localId, host, await this.token(localId, host, { roles: role === 'admin' ? ['admin'] : [], expiresInSeconds: 86_400 * 30 }));
    caller.participantId = (await caller.must('GET', '/v1/me')).participant_id;
    return caller;
  }

  /** Moves the clock of the API and of this world. */
  async advance(span: Span): Promise<void> {
    this.#offsetMs += spanMs(span);
    const then = this.clock.now() + spanMs(span);
    writeClockOffset(join(this.folder, 'offset'), this.#offsetMs);
    await until('the clocks have moved', () => this.clock.now() >= then && this.get(Clock).now() >= then);
  }

  openDatabase(): Database {
    return this.database.open();
  }

  async close(): Promise<void> {
    await this.api.close();
    this.client.close();
    await this.issuer.close();
    await this.emptyRedis();
    await this.database.drop();
    rmSync(this.folder, { recursive: true });
  }
}

/** What came is what the description says: nothing missing, nothing else. */
export function expectDescribed(method: string, path: string, answer: ApiAnswer): void {
  const spec = ENDPOINTS.find((endpoint) => endpoint.method === method && matches(endpoint.path, path.split('?')[0] ?? ''));
  if (!spec) throw new Error(`${method} ${path} is not described`);
  if (spec.line) {
    const lines = answer.text.split('\n').slice(0, -1).map((line) => JSON.parse(line));
    return void expect(lines.map((line) => spec.line!.parse(line))).toEqual(lines);
  }
  if (!spec.response) return void expect(answer.text).toBe('');
  expect({ path, data: spec.response.parse(answer.data) }).toEqual({ path, data: answer.data });
}

function matches(template: string, path: string): boolean {
  const [expected, given] = [template.split('/'), path.split('/')];
  return expected.length === given.length && expected.every((part, index) => part.startsWith(':') || part === given[index]);
}
