import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@scaiwave/database';
import { EVENT_TYPES, type Fqid, type RoomId } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import { Audit } from '../../audit/index.js';
import { EndAcceptances, EndPeerInvitations } from '../../invitations/index.js';
import { Notify } from '../../notifications/index.js';
import { ParticipantStore } from '../../participants/index.js';
import type { TenantContext } from '../../tenants/index.js';
import { ControlLane } from '../control-lane.js';
import { CutRoom, pairOf } from './cut-room.js';
import { buildSeverance, type Severance, type SeveringRow } from './severing-row.js';
import { SeveringStore } from './severing.store.js';
import { SharedRoomStore } from './shared-room.store.js';

/** Reads and writes of a severing. */
@Injectable()
export class SeveringBooks {
  constructor(
    readonly severings: SeveringStore,
    readonly shared: SharedRoomStore,
    readonly participants: ParticipantStore,
    readonly audit: Audit,
    readonly clock: Clock,
  ) {}
}

/** Who hears of a severing. */
@Injectable()
export class SeveringNews {
  constructor(
    readonly control: ControlLane,
    readonly notify: Notify,
  ) {}
}

/** What is cut. */
@Injectable()
export class SeveringCuts {
  constructor(
    readonly room: CutRoom,
    readonly invitations: EndPeerInvitations,
    readonly acceptances: EndAcceptances,
  ) {}
}

/**
 * Brings a severing that was begun to its end. Safe to repeat after a crash anywhere, and by two processes at once.
 *
 *   begun (peer marked) ─→‖ invitations ─→‖ room ─→‖ room … ─→‖ lanes and control lane end, our people are told, audit, `swp.peer.severed` if it is ours
 */
@Injectable()
export class FinishSevering {
  constructor(
    private readonly db: Database,
    private readonly cuts: SeveringCuts,
    private readonly books: SeveringBooks,
    private readonly news: SeveringNews,
  ) {}

  async run(tenant: TenantContext, severing: SeveringRow): Promise<Severance> {
    const { severings, shared } = this.books;
    const pair = pairOf(tenant, severing);
    await this.db.forTenant(tenant.id, (tx) => this.endInvitations(tx, tenant, severing));
    const rooms = await this.db.readTenant(tenant.id, (db) => shared.listShared(db, pair));
    await this.cutAll(tenant, severing, rooms.map((room) => room.room_id));
    await this.db.forTenant(tenant.id, (tx) => this.finish(tx, tenant, severing.id));
    return this.db.readTenant(tenant.id, async (db) => buildSeverance(await severings.listRooms(db, severing.id), await severings.getSevering(db, severing.id)));
  }

  /** One that cannot be cut now does not hold the others; the severing stays unfinished for it. */
  private async cutAll(tenant: TenantContext, severing: SeveringRow, roomIds: readonly RoomId[]): Promise<void> {
    const failures: unknown[] = [];
    for (const roomId of roomIds) {
      const [cut] = await Promise.allSettled([this.db.forTenant(tenant.id, (tx) => this.cuts.room.run(tx, { tenant, severing, roomId }))]);
      if (cut?.status === 'rejected') failures.push(cut.reason);
    }
    if (failures.length > 0) throw failures[0];
  }

  private async endInvitations(tx: Tx, tenant: TenantContext, { id, server_name: serverName }: SeveringRow): Promise<void> {
    const ended = (await this.cuts.invitations.run(tx, { tenant, serverName })) + (await this.cuts.acceptances.run(tx, { tenant, serverName }));
    if (ended > 0) await this.books.severings.addInvitations(tx, id, ended);
  }

  private async finish(tx: Tx, tenant: TenantContext, id: string): Promise<void> {
    const { severings, shared, audit, clock } = this.books;
    const severing = await severings.lockUnfinished(tx, id);
    if (!severing) return;
    const { server_name: peer, is_theirs: isTheirs, reason, actor } = severing;
    await shared.endLanes(tx, { peer, roomId: null, at: clock.date() });
    for (const dropped of await shared.dropControl(tx, { peer, code: 'SW_FED_PEER_UNKNOWN', at: clock.date() })) tx.afterCommit(() => this.news.control.announce(dropped));
    const severance = buildSeverance(await severings.listRooms(tx, id), severing);
    await this.tellPeople(tx, tenant, { severing, severance });
    const { people, undelivered, invitations, rooms } = severance;
    const details = { rooms: rooms.length, people, undelivered, invitations, ...(reason !== null && { reason }) };
    await audit.write(tx, { actor, action: isTheirs ? 'peer.severed_by_them' : 'peer.severed', subject: peer, details });
    const content = { ...(reason !== null && { reason }), since: severing.since.getTime() };
    if (!isTheirs) await this.news.control.queue(tx, { tenant, to: peer, type: EVENT_TYPES.peerSevered, content });
    await severings.markFinished(tx, id, clock.date());
  }

  /** Our people in the rooms that were cut, each once. */
  private async tellPeople(tx: Tx, tenant: TenantContext, { severing, severance }: { severing: SeveringRow; severance: Severance }): Promise<void> {
    const roomsOf = new Map<Fqid, Array<{ id: string; name: string | null }>>();
    for (const { room_id: roomId, name, ours } of severance.rooms) {
      for (const fqid of ours) roomsOf.set(fqid, [...(roomsOf.get(fqid) ?? []), { id: roomId, name }]);
    }
    const by = severing.is_theirs ? severing.server_name : tenant.serverName;
    for (const { id: participantId, fqid } of await this.books.participants.listByFqids(tx, [...roomsOf.keys()])) {
      const data = { server_name: severing.server_name, by, reason: severing.reason, rooms: roomsOf.get(fqid as Fqid) ?? [] };
      await this.news.notify.run(tx, { participantId, kind: 'severed', data });
    }
  }
}
