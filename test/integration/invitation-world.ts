import { Global, Module, type INestApplicationContext, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  ControlLane, CreateRoom, HostPlaces, InvitationOutcome, InvitationsModule, InviteTimings, MembersModule, ReceiveControl, RoomLog,
  type Actor, type EventRow, type InvitationRow, type ReceivedVerdict, type RoomRow, type TenantContext,
} from '@scaiwave/core';
import { Database, type Tx } from '@scaiwave/database';
import { encodeBase64url, formatFqid, type ErrorCode, type LocalId, type RoomId, type ServerName, type TenantId } from '@scaiwave/protocol';
import { AwakePeople, DeliveryQueue, EphemeralBox, NonceMemory, RequestQueue, RoomChannel, Signals, type RedisClients } from '@scaiwave/redis';
import { Clock, Logger, ManualClock, Metrics, newId, silentLogger } from '@scaiwave/telemetry';
import { createTestDatabase, type TestDatabase } from '@scaiwave/testing/database';
import { createTestRedis } from '@scaiwave/testing/redis';

interface ControlRow {
  tenant_id: TenantId;
  server_name: ServerName;
  id: string;
  type: string;
  payload: string;
  content: string;
  jws: string | null;
}

/**
 * Tenants of one database, with the lanes between them carried by hand: what a worker and the other server's inbox do,
 * without signatures and HTTP. `carry` delivers all that is queued for servers that are not `down`.
 */
export class InvitationWorld {
  readonly down = new Set<string>();
  /** every control event that was delivered: `alpha→beta swp.room.invite stored` */
  readonly traffic: string[] = [];
  readonly #tenants = new Map<string, TenantContext>();

  private constructor(
    readonly clock: ManualClock,
    readonly database: TestDatabase,
    readonly db: Database,
    readonly redis: RedisClients,
    readonly app: INestApplicationContext,
  ) {}

  static async create(names: string[], modules: Type[] = [], timings: Partial<InviteTimings> = {}): Promise<InvitationWorld> {
    const clock = new ManualClock(Date.UTC(2026, 4, 1));
    const database = await createTestDatabase();
    const db = database.open();
    const redis = await createTestRedis().open();
    const app = await Test.createTestingModule({ imports: [platform({ clock, db, redis }), InvitationsModule, MembersModule, ...modules] })
      .overrideProvider(InviteTimings)
      .useValue({ callMs: 1_500, descriptorMs: 300, secondHopMs: 800, ...timings } satisfies InviteTimings)
      .compile();
    const world = new InvitationWorld(clock, database, db, redis, app);
    for (const name of names) await world.#addTenant(name);
    return world;
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.redis.close();
    await this.db.close();
    await this.database.drop();
  }

  get<T>(type: Type<T>): T {
    return this.app.get(type, { strict: false });
  }

  tenant(name: string): TenantContext {
    const tenant = this.#tenants.get(name);
    if (!tenant) throw new Error(`no tenant ${name}`);
    return tenant;
  }

  async #addTenant(name: string): Promise<void> {
    const tenant = { id: newId(this.clock) as TenantId, serverName: `${name}.test` as ServerName };
    this.#tenants.set(name, tenant);
    await this.database.rows(
      `INSERT INTO tenants (id, server_name, display_name, oidc_issuer, oidc_client_id, created_at, updated_at) VALUES ($1, $2, $3, '', '', now(), now())`,
      [tenant.id, tenant.serverName, name],
    );
    await this.setPolicy(name, { default_mode: 'open' });
    for (const other of this.#tenants.values()) {
      if (other.id !== tenant.id) await Promise.all([this.#know(tenant, other), this.#know(other, tenant)]);
    }
  }

  /** A peer whose descriptor was had before. */
  async #know(tenant: TenantContext, peer: TenantContext): Promise<void> {
    await this.database.rows(`INSERT INTO peers (tenant_id, server_name, descriptor, created_at) VALUES ($1, $2, '{}', now())`, [tenant.id, peer.serverName]);
  }

  async setPolicy(name: string, policy: object): Promise<void> {
    await this.database.rows(
      `INSERT INTO policies (tenant_id, admin, updated_at) VALUES ($1, $2, now()) ON CONFLICT (tenant_id) DO UPDATE SET admin = $2`,
      [this.tenant(name).id, JSON.stringify({ default_mode: 'open', ...policy })],
    );
  }

  async person(localId: string, tenantName: string): Promise<Actor> {
    const tenant = this.tenant(tenantName);
    const fqid = formatFqid(localId as LocalId, tenant.serverName);
    const participantId = newId(this.clock);
    await this.database.rows(
      `INSERT INTO participants (tenant_id, id, fqid, local_id, server_name, display_name, participant_type, created_at) VALUES ($1, $2, $3, $4, $5, $6, 'human', now())`,
      [tenant.id, participantId, fqid, localId, tenant.serverName, localId.toUpperCase()],
    );
    return { tenant, participantId, fqid, localId: localId as LocalId, displayName: localId.toUpperCase(), avatarUrl: null, role: 'user' };
  }

  room(actor: Actor, name = 'Launch', roomType: RoomRow['room_type'] = 'group'): Promise<RoomRow> {
    return this.get(CreateRoom).run({ actor, roomType, name });
  }

  /** Delivers what is queued, and what that makes queued in turn, until nothing is left for servers that are up. */
  async carry(): Promise<void> {
    for (;;) {
      const queued = await this.database.rows<ControlRow>(`SELECT * FROM control_events WHERE state = 'queued' ORDER BY tenant_id, server_name, out_seq`);
      const due = queued.filter((row) => !this.down.has(row.server_name) && this.#named(row.server_name));
      if (due.length === 0) return;
      for (const row of due) await this.#deliver(row);
    }
  }

  /** Carries while a call waits for its verdict. */
  async during<T>(call: Promise<T>): Promise<T> {
    let isOver = false;
    const done = call.finally(() => {
      isOver = true;
    });
    done.catch(() => undefined);
    while (!isOver) {
      await this.carry();
      await new Promise(setImmediate);
    }
    return done;
  }

  /** What a worker does with an event that was not delivered for 24 hours. */
  async giveUp(from: string): Promise<void> {
    const rows = await this.database.rows<ControlRow>(`SELECT * FROM control_events WHERE state = 'queued' AND tenant_id = $1 ORDER BY out_seq`, [this.tenant(from).id]);
    for (const row of rows) await this.#settle(row, { outcome: 'failed' });
  }

  /** Feeds one control event to a server, as its inbox would after all checks of signature and authority. */
  async receive(to: string, said: { carrier: ServerName; payload: object; content: object | string }): Promise<ReceivedVerdict> {
    const contentText = typeof said.content === 'string' ? said.content : JSON.stringify(said.content);
    const payloadText = JSON.stringify(said.payload);
    const received = { tenant: this.tenant(to), carrier: said.carrier, payload: said.payload as never, content: JSON.parse(contentText), contentText, jws: jwsOf(payloadText) };
    return this.#inTransactionOf(received.tenant, (tx) => this.get(ReceiveControl).run(tx, received));
  }

  async #deliver(row: ControlRow): Promise<void> {
    const from = this.#byId(row.tenant_id);
    const to = this.#named(row.server_name);
    if (!from || !to) return;
    const jws = row.jws ?? jwsOf(row.payload);
    const received = { tenant: to, carrier: from.serverName, payload: JSON.parse(row.payload), content: JSON.parse(row.content), contentText: row.content, jws };
    const verdict = await this.#inTransactionOf(to, (tx) => this.get(ReceiveControl).run(tx, received));
    const code = verdict.status === 'rejected' ? verdict.code : undefined;
    this.traffic.push(`${short(from)}→${short(to)} ${row.type} ${code ?? 'stored'}`);
    await this.#settle(row, code === undefined ? { outcome: 'stored' } : { outcome: 'refused', code });
  }

  /** A refusal is thrown so that its transaction leaves nothing, as in the inbox. */
  async #inTransactionOf(tenant: TenantContext, take: (tx: Tx) => Promise<ReceivedVerdict>): Promise<ReceivedVerdict> {
    class Refused extends Error {
      constructor(readonly verdict: ReceivedVerdict) {
        super();
      }
    }
    try {
      return await this.db.forTenant(tenant.id, async (tx) => {
        const verdict = await take(tx);
        if (verdict.status === 'rejected' && verdict.keepsChanges !== true) throw new Refused(verdict);
        return verdict;
      });
    } catch (error) {
      if (error instanceof Refused) return error.verdict;
      throw error;
    }
  }

  async #settle(row: ControlRow, settled: { outcome: 'stored' | 'refused' | 'failed'; code?: ErrorCode }): Promise<void> {
    const tenant = this.#byId(row.tenant_id);
    if (!tenant) return;
    await this.db.forTenant(tenant.id, async (tx) => {
      await tx.execute('UPDATE control_events SET state = $4, code = $5, settled_at = $6 WHERE tenant_id = $1 AND server_name = $2 AND id = $3', [
        tenant.id, row.server_name, row.id, settled.outcome, settled.code ?? null, this.clock.date(),
      ]);
      await this.get(InvitationOutcome).controlSettled(tx, { tenant, controlEvent: row, outcome: settled.outcome, code: settled.code });
    });
    await this.get(ControlLane).announce(row.id);
  }

  /** Carries a room's log from its host to a member, as the room's lane does. */
  async carryRoom(roomId: RoomId, from: string, to: string): Promise<void> {
    const events = await this.database.rows<EventRow>('SELECT * FROM events WHERE tenant_id = $1 AND room_id = $2 AND room_seq IS NOT NULL ORDER BY room_seq', [this.tenant(from).id, roomId]);
    const tenant = this.tenant(to);
    await this.db.forTenant(tenant.id, async (tx) => {
      const room = await this.get(RoomLog).lockRoom(tx, tenant, roomId);
      if (!room) throw new Error(`${to} does not know the room`);
      const places = events.filter((event) => Number(event.room_seq) > room.row.last_seq).map((event) => ({
        kind: 'event' as const, roomSeq: Number(event.room_seq), chain: event.chain as Buffer,
        draft: {
          id: event.id, type: event.type, roomId, origin: event.origin, sender: event.sender ?? undefined, originTs: Number(event.origin_ts),
          contentText: event.content, payloadText: event.payload, payloadSha256: event.payload_sha256, jws: jwsOf(event.payload),
        },
      }));
      await this.get(HostPlaces).accept(tx, room, places);
    });
  }

  /** One row per invitation of a tenant, newest last. */
  invitations(name: string): Promise<InvitationRow[]> {
    return this.database.rows<InvitationRow & Record<string, unknown>>('SELECT * FROM invitations WHERE tenant_id = $1 ORDER BY created_at, id', [this.tenant(name).id]);
  }

  async states(...names: string[]): Promise<string[]> {
    const rows = await Promise.all(names.map((name) => this.invitations(name)));
    return rows.map((list, index) => `${names[index]}: ${list.map((row) => row.state).join(', ')}`);
  }

  /** `invitation pending`, `invitation_outcome accepted`, … in the order in which they came. */
  async news(actor: Actor): Promise<string[]> {
    const rows = await this.database.rows<{ kind: string; data: { state?: string } }>(
      'SELECT kind, data FROM notifications WHERE tenant_id = $1 AND participant_id = $2 ORDER BY stream_position', [actor.tenant.id, actor.participantId],
    );
    return rows.map((row) => `${row.kind} ${row.data.state ?? ''}`.trim());
  }

  async members(name: string, roomId: string): Promise<string[]> {
    const rows = await this.database.rows<{ fqid: string }>(`SELECT fqid FROM members WHERE tenant_id = $1 AND room_id = $2 AND membership = 'join' ORDER BY fqid`, [this.tenant(name).id, roomId]);
    return rows.map((row) => row.fqid);
  }

  #byId(id: string): TenantContext | undefined {
    return [...this.#tenants.values()].find((tenant) => tenant.id === id);
  }

  #named(serverName: string): TenantContext | undefined {
    return [...this.#tenants.values()].find((tenant) => tenant.serverName === serverName);
  }
}

function short(tenant: TenantContext): string {
  return tenant.serverName.replace('.test', '');
}

/** Of the right form; nobody verifies it here. */
function jwsOf(payloadText: string): string {
  const header = JSON.stringify({ alg: 'Ed25519', kid: 'ed25519:AAAAAAAAAA', typ: 'swp+jws' });
  const encode = (text: string) => encodeBase64url(Buffer.from(text, 'utf8'));
  return `${encode(header)}.${encode(payloadText)}.${encodeBase64url(Buffer.alloc(64))}`;
}

function platform({ clock, db, redis }: { clock: Clock; db: Database; redis: RedisClients }): Type {
  const values = [
    [Database, db], [Clock, clock], [Logger, silentLogger()], [Metrics, new Metrics()], [RoomChannel, new RoomChannel(redis)], [Signals, new Signals(redis)],
    [DeliveryQueue, new DeliveryQueue(redis)], [AwakePeople, new AwakePeople(redis)], [EphemeralBox, new EphemeralBox(redis)], [RequestQueue, new RequestQueue(redis)], [NonceMemory, new NonceMemory(redis)],
  ] as const;
  const providers = values.map(([provide, useValue]) => ({ provide, useValue }));
  @Global()
  @Module({ providers, exports: providers.map((provider) => provider.provide) })
  class TestPlatform {}
  return TestPlatform;
}
