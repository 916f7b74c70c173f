import type { KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Global, Module, type INestApplicationContext, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  AnswerRequest, buildDraft, ControlLane, CreateRoom, DeliveryModule, DeliveryOptions, DrainPeer, ensureFirstKey, ensureKeyringFolder, Keyring, MembersModule, MessagesModule, PeerAdminModule,
  EnsureForeignRoom, PeerClient, PostMessage, ReceiveRequest, RoomLog, RoomsModule, Sweep, BackgroundTasks, type Actor, type PeerRequestKind, type RoomRow, type TenantContext,
} from '@scaiwave/core';
import { Database } from '@scaiwave/database';
import { formatFqid, type EventResult, type Fqid, type LocalId, type RoomId, type ServerName, type TenantId } from '@scaiwave/protocol';
import { formatPublicKey, importPublicKey } from '@scaiwave/protocol/node';
import { createRequestWorker, AwakePeople, DeliveryQueue, EphemeralBox, NonceMemory, RequestQueue, RoomChannel, Signals, type RedisClients, type RunningWorker } from '@scaiwave/redis';
import { Clock, createLogger, Logger, ManualClock, Metrics, newId, type Span } from '@scaiwave/telemetry';
import { createTestDatabase, createTestRedis, FakePeer, HostedLog, plain, until, type MadeEvent, type TestDatabase, type TestRedis } from '@scaiwave/testing';

/** A row of `peers` as the driver gives it. */
export interface StoredPeer {
  verdict: string | null;
  attempts: number;
  next_attempt_at: Date | null;
  failing_since: Date | null;
  last_error_code: string | null;
  last_error_message: string | null;
  last_success_at: Date | null;
  key_changed_at: Date | null;
  descriptor: string | null;
  lease_fence: string;
  [column: string]: unknown;
}

/** The real delivery of one installation against fake peers on real sockets; time moves only when the test says so. */
export class DeliveryWorld {
  readonly tenants = new Map<string, TenantContext>();
  readonly #peers: FakePeer[] = [];
  readonly #apps: INestApplicationContext[] = [];
  readonly #workers: RunningWorker[] = [];

  private constructor(
    readonly clock: ManualClock,
    readonly database: TestDatabase,
    readonly db: Database,
    readonly corner: TestRedis,
    readonly redis: RedisClients,
    readonly keyringDir: string,
  ) {}

  static async create(names: readonly string[] = ['alpha'], options: Partial<DeliveryOptions> = {}): Promise<DeliveryWorld> {
    const clock = new ManualClock(Date.UTC(2026, 4, 1));
    const database = await createTestDatabase();
    const corner = createTestRedis();
    const redis = await corner.open();
    await new NonceMemory(redis).begin(clock.now() - 3_600_000);
    const keyringDir = mkdtempSync(join(tmpdir(), 'delivery-keys-'));
    ensureKeyringFolder(keyringDir);
    const world = new DeliveryWorld(clock, database, database.open(), corner, redis, keyringDir);
    for (const name of names) await world.#addTenant(name);
    await world.addWorker('first', options);
    return world;
  }

  /** One more worker process on the same rows. */
  async addWorker(worker: string, options: Partial<DeliveryOptions> = {}): Promise<INestApplicationContext> {
    const { clock, db, redis } = this;
    const keyring = await Keyring.load({ dir: this.keyringDir, passphrase: null });
    const delivery = new DeliveryOptions({
      worker, pool: 'shared', allowsLocalhostPeers: true, requestTimeoutMs: 2_000, drainSliceMs: 5_000, backoffInitialMs: 1_000, backoffMaxMs: 60_000, giveUpAfterMs: 86_400_000, ...options,
    });
    const app = await Test.createTestingModule({ imports: [platform({ clock, db, redis, keyring, delivery }), DeliveryModule, RoomsModule, MembersModule, MessagesModule, PeerAdminModule] }).compile();
    this.#apps.push(app);
    const answer = app.get(AnswerRequest, { strict: false });
    this.#workers.push(createRequestWorker({ redis, pool: 'shared', concurrency: 8 }, (tenantId, requestId) => answer.run(tenantId as TenantId, requestId)));
    return app;
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.close()));
    await Promise.all(this.#peers.map((peer) => peer.stop()));
    for (const app of this.#apps) {
      await app.get(BackgroundTasks, { strict: false }).idle();
      await app.get(PeerClient, { strict: false }).close();
      await app.close();
    }
    await this.redis.close();
    await this.db.close();
    await this.database.drop();
    rmSync(this.keyringDir, { recursive: true, force: true });
  }

  get<T>(type: Type<T> | (abstract new (...args: never[]) => T)): T {
    return this.#apps[0]!.get(type as Type<T>, { strict: false });
  }

  get tenant(): TenantContext {
    return [...this.tenants.values()][0]!;
  }

  async peer(name: string): Promise<FakePeer> {
    const peer = await FakePeer.start(name, this.clock);
    this.#peers.push(peer);
    return peer;
  }

  async person(localId: string, tenant = this.tenant): Promise<Actor> {
    const fqid = formatFqid(localId as LocalId, tenant.serverName);
    const participantId = newId(this.clock);
    await this.database.rows(
      `INSERT INTO participants (tenant_id, id, fqid, local_id, server_name, display_name, participant_type, created_at) VALUES ($1, $2, $3, $4, $5, $6, 'human', now())`,
      [tenant.id, participantId, fqid, localId, tenant.serverName, localId.toUpperCase()],
    );
    return { tenant, participantId, fqid, localId: localId as LocalId, displayName: localId.toUpperCase(), avatarUrl: null, role: 'user' };
  }

  /** A room of ours in which somebody of each of these servers is joined; their lanes begin with those joins. */
  async hostedRoom(actor: Actor, peers: ReadonlyArray<{ serverName: string }> = []): Promise<RoomRow> {
    const room = await this.get(CreateRoom).run({ actor, roomType: 'group', name: 'Launch' });
    for (const peer of peers) await this.say(actor.tenant, room.id, { type: 'swp.room.member', content: { fqid: `@bob:${peer.serverName}`, membership: 'join' } });
    return room;
  }

  async say(tenant: TenantContext, roomId: string, { type, content, sender }: { type: string; content: object; sender?: string }): Promise<string> {
    const draft = buildDraft({ clock: this.clock, type, roomId: roomId as RoomId, origin: tenant.serverName, sender: sender as Fqid | undefined, content });
    await this.db.forTenant(tenant.id, async (tx) => {
      const room = await this.get(RoomLog).lockRoom(tx, tenant, roomId as RoomId);
      if (!room) throw new Error('no such room');
      await this.get(RoomLog).say(tx, room, [draft]);
    });
    return draft.id;
  }

  /** Many messages of one of our people, in one transaction; returns their ids. */
  async sayMany(roomId: RoomId, count: number, sender: Fqid, body: (n: number) => string = String): Promise<string[]> {
    const { tenant } = this;
    const drafts = Array.from({ length: count }, (_, n) =>
      buildDraft({ clock: this.clock, type: 'swp.room.message', roomId, origin: tenant.serverName, sender, content: { msgtype: 'swp.text', body: body(n) } }),
    );
    await this.db.forTenant(tenant.id, async (tx) => {
      const room = await this.get(RoomLog).lockRoom(tx, tenant, roomId);
      if (room) await this.get(RoomLog).say(tx, room, drafts);
    });
    return drafts.map(({ id }) => id);
  }

  async post(actor: Actor, roomId: RoomId, body = 'hello'): Promise<string> {
    return (await this.get(PostMessage).run({ actor, roomId, content: { msgtype: 'swp.text', body } })).event.id;
  }

  /** Queues a control event of a type that nobody acts on. */
  async control(to: string, { type = 'swp.server.keys', roomId, tenant = this.tenant }: { type?: string; roomId?: string; tenant?: TenantContext } = {}): Promise<string> {
    const sent = await this.db.forTenant(tenant.id, (tx) => this.get(ControlLane).queue(tx, { tenant, to: to as ServerName, type, content: { descriptor: 'x' }, ...(roomId !== undefined && { roomId }) }));
    return sent.id;
  }

  /** What `peer` sends to us, through the inbox. */
  async inbound(peer: FakePeer, events: readonly MadeEvent[], tenant = this.tenant): Promise<string[]> {
    const answer = await this.get(ReceiveRequest).run(peer.send(tenant.serverName, events.map(plain)));
    if (answer.status !== 200) throw new Error(`refused with ${answer.status} ${answer.body.toString()}`);
    const { results } = (JSON.parse(answer.body.toString()) as { data: { results: EventResult[] } }).data;
    return results.map((result) => result.code ?? result.status);
  }

  /** A room of `host` in which this person of ours is joined since its event 9, of whose history nothing is to be had. */
  async foreignRoom(host: FakePeer, actor: Actor): Promise<RoomId> {
    const log = new HostedLog(newId(this.clock)).skip(8);
    await this.join(host, log, actor);
    return log.roomId as RoomId;
  }

  /** The next event of the host's log is the join of one of our people, who had accepted: our lane begins with it. Returns its entry. */
  async join(host: FakePeer, log: HostedLog, actor: Actor): Promise<ReturnType<HostedLog['next']>> {
    const { tenant } = actor;
    const inviteId = newId(this.clock);
    const room = { id: log.roomId, name: 'Abroad', topic: null, room_type: 'group', host: host.serverName, servers: [host.serverName] };
    await this.database.rows(
      `INSERT INTO invitations (tenant_id, id, room_id, direction, host, inviter, inviter_name, invitee, state, room, created_at, expires_at, updated_at)
       VALUES ($1, $2, $3, 'in', $4, $5, 'Bob', $6, 'accepted', $7, $8, $9, $8)`,
      [tenant.id, inviteId, log.roomId, host.serverName, `@bob:${host.serverName}`, actor.fqid, JSON.stringify(room), this.clock.date(), new Date(this.clock.now() + 604_800_000)],
    );
    await this.db.forTenant(tenant.id, (tx) =>
      this.get(EnsureForeignRoom).run(tx, {
        id: log.roomId as RoomId, host: host.serverName as ServerName, name: 'Abroad', topic: null, roomType: 'group', creator: `@bob:${host.serverName}` as Fqid,
      }),
    );
    const entry = log.next(host.event({ type: 'swp.room.member', roomId: log.roomId, content: { fqid: actor.fqid, membership: 'join', invite_id: inviteId } }));
    await this.take(host, [{ ...entry, prev_seq: 0 }], tenant);
    return entry;
  }

  /** Entries of a host's lane to us, all of them stored. */
  async take(host: FakePeer, entries: readonly object[], tenant = this.tenant): Promise<void> {
    const answer = await this.get(ReceiveRequest).run(host.send(tenant.serverName, [...entries]));
    const results = answer.status === 200 ? (JSON.parse(answer.body.toString()) as { data: { results: EventResult[] } }).data.results : [];
    if (results.length !== entries.length || results.some(({ status }) => status !== 'stored')) throw new Error(`not all was stored: ${answer.body.toString()}`);
  }

  async setPolicy(policy: object, tenant = this.tenant): Promise<void> {
    await this.database.rows('UPDATE policies SET admin = $2 WHERE tenant_id = $1', [tenant.id, JSON.stringify(policy)]);
  }

  /** What the provider declares about a peer. */
  async declare(peer: { serverName: string }, declaration: object, tenant = this.tenant): Promise<void> {
    const whole = {
      endpoint_url: null, private: false, trust_mode: 'TrustOnFirstUse', pins: [], on_unknown_key: 'Reject',
      policy: { suspend: false, max_foreign_participants_per_room: null, allow_invites: true }, ...declaration,
    };
    await this.database.rows(`INSERT INTO peers (tenant_id, server_name, declaration, declaration_resource, created_at) VALUES ($1, $2, $3, 'test', now())`, [tenant.id, peer.serverName, JSON.stringify(whole)]);
  }

  /** The key that verifies what this tenant signs. */
  async ownKey(tenant = this.tenant): Promise<{ publicKey: KeyObject } | null> {
    const keyring = await Keyring.load({ dir: this.keyringDir, passphrase: null });
    const imported = importPublicKey(formatPublicKey(keyring.activeKey(tenant).publicKey));
    return imported && { publicKey: imported.key };
  }

  /** Requests of the API of whose rows nobody was told. */
  async leaveUntold(requests: ReadonlyArray<{ kind: PeerRequestKind; serverName: string; deadlineMs: number }>): Promise<string[]> {
    return Promise.all(
      requests.map(async ({ kind, serverName, deadlineMs }) => {
        const id = newId(this.clock);
        await this.database.rows(
          `INSERT INTO peer_requests (tenant_id, id, kind, server_name, params, deadline_at, created_at) VALUES ($1, $2, $3, $4, '{"local_id":"bob"}', $5, $6)`,
          [this.tenant.id, id, kind, serverName, new Date(this.clock.now() + deadlineMs), this.clock.date()],
        );
        return id;
      }),
    );
  }

  async untilRequestsAreDone(): Promise<void> {
    await until('nothing is asked any more', async () => (await this.database.rows(`SELECT 1 FROM peer_requests WHERE state = 'waiting' AND kind = 'hello'`)).length === 0);
  }

  async advanceAndDrain(peer: { serverName: string }, span: Span): Promise<void> {
    this.clock.advance(span);
    await this.drain(peer);
  }

  /** Subjects of the audit log's lines of one action, newest last; of one peer where it is named. */
  async audit(action: string, peer?: { serverName: string }): Promise<string[]> {
    const rows = await this.database.rows<{ subject: string }>(
      `SELECT subject FROM audit_log WHERE action = $1 AND ($2::text IS NULL OR $2 IN (details->>'peer', actor, subject)) ORDER BY at, id`, [action, peer?.serverName ?? null],
    );
    return rows.map((row) => row.subject);
  }

  drain(peer: { serverName: string }, tenant = this.tenant): Promise<void> {
    return this.get(DrainPeer).run(tenant.id, peer.serverName as ServerName);
  }

  /** One pass of the sweep and all that it started. */
  async sweep(): Promise<void> {
    await this.get(Sweep).run();
    await this.get(BackgroundTasks).idle();
  }

  async peerRow(peer: { serverName: string }, tenant = this.tenant): Promise<StoredPeer> {
    const [row] = await this.database.rows<StoredPeer>('SELECT * FROM peers WHERE tenant_id = $1 AND server_name = $2', [tenant.id, peer.serverName]);
    return row!;
  }

  /** `acked_seq/prev_seq state` of a lane. */
  async lane(peer: { serverName: string }, roomId: string, tenant = this.tenant): Promise<string> {
    const [row] = await this.database.rows<{ acked_seq: string; prev_seq: string; state: string }>(
      'SELECT acked_seq, prev_seq, state FROM lanes WHERE tenant_id = $1 AND server_name = $2 AND room_id = $3', [tenant.id, peer.serverName, roomId],
    );
    return row ? `${row.acked_seq}/${row.prev_seq} ${row.state}` : 'none';
  }

  async #addTenant(name: string): Promise<void> {
    const tenant = { id: newId(this.clock) as TenantId, serverName: `${name}.localhost` as ServerName };
    this.tenants.set(name, tenant);
    await this.database.rows(
      `INSERT INTO tenants (id, server_name, display_name, oidc_issuer, oidc_client_id, created_at, updated_at) VALUES ($1, $2, $3, '', '', now(), now())`,
      [tenant.id, tenant.serverName, name],
    );
    await this.database.rows(`INSERT INTO policies (tenant_id, admin, updated_at) VALUES ($1, $2, now())`, [tenant.id, JSON.stringify({ default_mode: 'open' })]);
    await ensureFirstKey({ dir: this.keyringDir, passphrase: null }, tenant.serverName, this.clock.date());
  }
}

function platform(parts: { clock: Clock; db: Database; redis: RedisClients; keyring: Keyring; delivery: DeliveryOptions }): Type {
  const { clock, db, redis } = parts;
  const values = [
    [Database, db], [Clock, clock], [Logger, createLogger('delivery-test', { level: 'error' })], [Metrics, new Metrics()], [RoomChannel, new RoomChannel(redis)],
    [Signals, new Signals(redis)], [DeliveryQueue, new DeliveryQueue(redis)], [AwakePeople, new AwakePeople(redis)], [EphemeralBox, new EphemeralBox(redis)], [RequestQueue, new RequestQueue(redis)], [NonceMemory, new NonceMemory(redis)],
    [Keyring, parts.keyring], [DeliveryOptions, parts.delivery],
  ] as const;
  const providers = values.map(([provide, useValue]) => ({ provide, useValue }));
  @Global()
  @Module({ providers, exports: providers.map((provider) => provider.provide) })
  class TestPlatform {}
  return TestPlatform;
}
