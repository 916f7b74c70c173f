import { Global, Module, type INestApplicationContext, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  buildDraft, CreateRoom, EnsureForeignRoom, InboundLimits, InboxModule, PeerRequests, ReceiveRequest, RoomLog, RoomsModule,
  type Actor, type RawResponse, type RoomRow, type TenantContext,
} from '@scaiwave/core';
import { Database } from '@scaiwave/database';
import { formatFqid, type EventResult, type Fqid, type LocalId, type RoomId, type ServerName, type TenantId } from '@scaiwave/protocol';
import { AwakePeople, DeliveryQueue, EphemeralBox, NonceMemory, RequestQueue, RoomChannel, Signals, type RedisClients } from '@scaiwave/redis';
import { Clock, createLogger, Logger, ManualClock, Metrics, newId } from '@scaiwave/telemetry';
import { createTestDatabase, createTestRedis, plain, PeerSigner, type HostedLog, type MadeEvent, type SignedRequest, type TestDatabase } from '@scaiwave/testing';

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: { data: Array<Record<string, unknown>> & { results: EventResult[] }; meta: Record<string, unknown> };
  code: string | undefined;
}

/** A row of `rooms` as the driver gives it: counters as text. */
export interface StoredRoom {
  last_seq: string;
  lane_start_seq: string | null;
  lane_state: string;
  lane_error: Record<string, unknown> | null;
  backfill_state: string;
  chain: Buffer;
}

/** Tables in which nothing may appear through a request that was refused. */
const STORING = ['events', 'refused_places', 'members', 'control_inbox', 'invitations', 'reactions', 'rooms', 'participants', 'notifications'];

/** One tenant, `alpha.test`, and other servers that exist only as keys: what they send goes into the inbox as bytes. */
export class InboxWorld {
  readonly #app: INestApplicationContext;
  #tenant: TenantContext | undefined;
  emptyRedis: () => Promise<void> = () => Promise.resolve();

  private constructor(
    readonly clock: ManualClock,
    readonly database: TestDatabase,
    readonly db: Database,
    readonly redis: RedisClients,
    app: INestApplicationContext,
  ) {
    this.#app = app;
  }

  static async create(options: { limits?: InboundLimits } = {}): Promise<InboxWorld> {
    const clock = new ManualClock(Date.UTC(2026, 4, 1));
    const database = await createTestDatabase();
    const db = database.open();
    const corner = createTestRedis();
    const redis = await corner.open();
    // The memory of nonces is older than anything that is signed here.
    await new NonceMemory(redis).begin(clock.now() - 3_600_000);
    const app = await Test.createTestingModule({ imports: [platform({ clock, db, redis, limits: options.limits }), InboxModule, RoomsModule] }).compile();
    const world = new InboxWorld(clock, database, db, redis, app);
    world.emptyRedis = () => corner.empty();
    world.#tenant = await world.addTenant('alpha');
    return world;
  }

  async close(): Promise<void> {
    await this.#app.close();
    await this.redis.close();
    await this.db.close();
    await this.database.drop();
  }

  get<T>(type: Type<T>): T {
    return this.#app.get(type, { strict: false });
  }

  get tenant(): TenantContext {
    if (!this.#tenant) throw new Error('no tenant yet');
    return this.#tenant;
  }

  async addTenant(name: string, state = 'active'): Promise<TenantContext> {
    const tenant = { id: newId(this.clock) as TenantId, serverName: `${name}.test` as ServerName };
    await this.database.rows(
      `INSERT INTO tenants (id, server_name, display_name, state, oidc_issuer, oidc_client_id, created_at, updated_at) VALUES ($1, $2, $3, $4, '', '', now(), now())`,
      [tenant.id, tenant.serverName, name, state],
    );
    await this.setPolicy({ default_mode: 'open' }, tenant);
    return tenant;
  }

  async setPolicy(policy: object, tenant = this.tenant): Promise<void> {
    await this.database.rows(
      `INSERT INTO policies (tenant_id, admin, updated_at) VALUES ($1, $2, now()) ON CONFLICT (tenant_id) DO UPDATE SET admin = $2`,
      [tenant.id, JSON.stringify(policy)],
    );
  }

  /** Another server whose descriptor the tenant has fetched. */
  async peer(name: string, options: { state?: string; versions?: string[] } = {}): Promise<PeerSigner> {
    const peer = new PeerSigner(`${name}.test`, this.clock);
    const until = new Date(this.clock.now() + 86_400_000);
    await this.database.rows(
      `INSERT INTO peers (tenant_id, server_name, admin_state, descriptor, descriptor_fetched_at, descriptor_valid_until, created_at) VALUES ($1, $2, $3, $4, $5, $6, $5)`,
      [this.tenant.id, peer.serverName, options.state ?? 'active', peer.descriptor(options.versions), this.clock.date(), until],
    );
    await this.database.rows(
      `INSERT INTO peer_keys (tenant_id, server_name, kid, public_key, state, first_seen_at) VALUES ($1, $2, $3, $4, 'active', $5)`,
      [this.tenant.id, peer.serverName, peer.key.kid, peer.key.publicKey, this.clock.date()],
    );
    return peer;
  }

  async person(localId: string): Promise<Actor> {
    const { tenant } = this;
    const fqid = formatFqid(localId as LocalId, tenant.serverName);
    const participantId = newId(this.clock);
    await this.database.rows(
      `INSERT INTO participants (tenant_id, id, fqid, local_id, server_name, display_name, participant_type, created_at) VALUES ($1, $2, $3, $4, $5, $6, 'human', now())`,
      [tenant.id, participantId, fqid, localId, tenant.serverName, localId.toUpperCase()],
    );
    return { tenant, participantId, fqid, localId: localId as LocalId, displayName: localId.toUpperCase(), avatarUrl: null, role: 'user' };
  }

  /** A room of ours in which these people of other servers are joined. */
  async hostedRoom(actor: Actor, foreign: string[] = [], options: { roomType?: RoomRow['room_type']; hidesHistory?: boolean } = {}): Promise<RoomRow> {
    const room = await this.get(CreateRoom).run({ actor, roomType: options.roomType ?? 'group', name: 'Launch', hidesHistory: options.hidesHistory });
    for (const fqid of foreign) await this.say(room.id, { type: 'swp.room.member', content: { fqid, membership: 'join', display_name: fqid } });
    return room;
  }

  /** Something that our server says in a room that it hosts. */
  async say(roomId: string, { type, content, sender }: { type: string; content: object; sender?: string }): Promise<string> {
    const { tenant } = this;
    const draft = buildDraft({ clock: this.clock, type, roomId: roomId as RoomId, origin: tenant.serverName, sender: sender as Fqid | undefined, content });
    await this.db.forTenant(tenant.id, async (tx) => {
      const log = this.get(RoomLog);
      const room = await log.lockRoom(tx, tenant, roomId as RoomId);
      if (room) await log.say(tx, room, [draft]);
    });
    return draft.id;
  }

  /** A room of `host` to which one of our people has accepted an invitation. Returns that invitation's id. */
  async acceptedInvitation(host: PeerSigner, roomId: string, actor: Actor): Promise<string> {
    const inviteId = newId(this.clock);
    const room = { id: roomId, name: 'Abroad', topic: null, room_type: 'group', host: host.serverName, servers: [host.serverName] };
    await this.database.rows(
      `INSERT INTO invitations (tenant_id, id, room_id, direction, host, inviter, inviter_name, invitee, state, room, created_at, expires_at, updated_at)
       VALUES ($1, $2, $3, 'in', $4, $5, 'Bob', $6, 'accepted', $7, $8, $9, $8)`,
      [this.tenant.id, inviteId, roomId, host.serverName, `@bob:${host.serverName}`, actor.fqid, JSON.stringify(room), this.clock.date(), new Date(this.clock.now() + 604_800_000)],
    );
    await this.db.forTenant(this.tenant.id, (tx) =>
      this.get(EnsureForeignRoom).run(tx, {
        id: roomId as RoomId, host: host.serverName as ServerName, name: 'Abroad', topic: null, roomType: 'group', creator: `@bob:${host.serverName}` as Fqid,
      }),
    );
    return inviteId;
  }

  /** A pending invitation of somebody elsewhere to a room of ours. Returns its id. */
  async madeInvitation(inviter: Actor, { id, name }: RoomRow, invitee: string): Promise<string> {
    const inviteId = newId(this.clock);
    const room = { id, name, topic: null, room_type: 'group', host: this.tenant.serverName, servers: [this.tenant.serverName] };
    await this.database.rows(
      `INSERT INTO invitations (tenant_id, id, room_id, direction, host, inviter, inviter_name, invitee, state, room, created_at, expires_at, updated_at)
       VALUES ($1, $2, $3, 'out', $4, $5, 'Alice', $6, 'pending', $7, $8, $9, $8)`,
      [this.tenant.id, inviteId, id, this.tenant.serverName, inviter.fqid, invitee, JSON.stringify(room), this.clock.date(), new Date(this.clock.now() + 604_800_000)],
    );
    return inviteId;
  }

  /** The entries with which a host's lane to us begins, sent and taken: somebody of its own is in, then ours comes. */
  async startLane(host: PeerSigner, log: HostedLog, actor: Actor): Promise<void> {
    const inviteId = await this.acceptedInvitation(host, log.roomId, actor);
    const [result] = await this.results(host.send(this.tenant.serverName, [log.next(joinOf(host, log.roomId, { fqid: actor.fqid, invite_id: inviteId }))]));
    if (result?.status !== 'stored') throw new Error(`the lane did not begin: ${result?.code}`);
  }

  /** What a worker does that does not get through: every request for one is answered so until the promise that waits is over. */
  async failRequests(code: string): Promise<void> {
    for (let tries = 0; tries < 100; tries++) {
      const rows = await this.database.rows<{ id: string }>(`UPDATE peer_requests SET state = 'failed', error_code = $1, error_text = 'us' WHERE state = 'waiting' RETURNING id`, [code]);
      for (const { id } of rows) await this.get(PeerRequests).announce(id);
      if (rows.length > 0) return;
      await new Promise(setImmediate);
    }
    throw new Error('nothing was asked of a worker');
  }

  async receive(request: SignedRequest): Promise<Answer> {
    const response: RawResponse = await this.get(ReceiveRequest).run(request);
    const body = JSON.parse(response.body.toString());
    return { status: response.status, headers: response.headers, body, code: body.error?.code };
  }

  /** Sends entries and returns what became of each. */
  async results(request: SignedRequest): Promise<EventResult[]> {
    const answer = await this.receive(request);
    if (answer.status !== 200) throw new Error(`refused with ${answer.status} ${answer.code}`);
    return answer.body.data.results;
  }

  /** The one result of a plain event of `peer`. */
  async tell(peer: PeerSigner, event: MadeEvent): Promise<EventResult> {
    const [result] = await this.results(peer.send(this.tenant.serverName, [plain(event)]));
    return result!;
  }

  /** Number of rows per storing table: equal before and after a refusal. */
  async stored(): Promise<Record<string, number>> {
    const counts = STORING.map((table) => `(SELECT count(*)::int FROM ${table}) AS ${table}`).join(', ');
    const [row] = await this.database.rows<Record<string, number>>(`SELECT ${counts}`);
    return row!;
  }

  async room(roomId: string): Promise<StoredRoom> {
    const [row] = await this.database.rows<StoredRoom & Record<string, unknown>>('SELECT * FROM rooms WHERE tenant_id = $1 AND id = $2', [this.tenant.id, roomId]);
    return row!;
  }

  /** `1 swp.room.member`, … as stored here. */
  async log(roomId: string): Promise<string[]> {
    const rows = await this.database.rows<{ room_seq: string; type: string; hidden: string | null }>(
      'SELECT room_seq, type, hidden FROM events WHERE tenant_id = $1 AND room_id = $2 AND room_seq IS NOT NULL ORDER BY room_seq', [this.tenant.id, roomId],
    );
    return rows.map((row) => `${row.room_seq} ${row.type.replace('swp.room.', '')}${row.hidden ? ` (${row.hidden})` : ''}`);
  }

  async rejections(): Promise<Array<{ origin: string; code: string; reason: string }>> {
    return this.database.rows('SELECT origin, code, reason FROM rejected_inbound ORDER BY at, id');
  }
}

/** A host's `.member join`. */
export function joinOf(host: PeerSigner, roomId: string, who: string | { fqid: string; invite_id?: string }): MadeEvent {
  const person = typeof who === 'string' ? { fqid: who } : who;
  return host.event({ type: 'swp.room.member', roomId, content: { membership: 'join', ...person } });
}

function platform(parts: { clock: Clock; db: Database; redis: RedisClients; limits?: InboundLimits }): Type {
  const { clock, db, redis, limits = new InboundLimits() } = parts;
  const values = [
    [Database, db], [Clock, clock], [Logger, createLogger('inbox-test', { level: 'error' })], [Metrics, new Metrics()], [RoomChannel, new RoomChannel(redis)], [Signals, new Signals(redis)],
    [DeliveryQueue, new DeliveryQueue(redis)], [AwakePeople, new AwakePeople(redis)], [EphemeralBox, new EphemeralBox(redis)], [RequestQueue, new RequestQueue(redis)], [NonceMemory, new NonceMemory(redis)], [InboundLimits, limits],
  ] as const;
  const providers = values.map(([provide, useValue]) => ({ provide, useValue }));
  @Global()
  @Module({ providers, exports: providers.map((provider) => provider.provide) })
  class TestPlatform {}
  return TestPlatform;
}
