import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import { EVENT_TYPES, type Fqid, type RoomId } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import { buildDraft, RefuseOwnEvents, RoomLog, type EventDraft } from '../../events/index.js';
import type { LockedRoom } from '../../rooms/index.js';
import type { TenantContext } from '../../tenants/index.js';
import type { SeveringRow } from './severing-row.js';
import { SeveringStore } from './severing.store.js';
import { SharedRoomStore, type Pair } from './shared-room.store.js';

/** One room of a severing, in one transaction under its lock. A room that is cut already stays as it is. */
@Injectable()
export class CutRoom {
  constructor(
    private readonly log: RoomLog,
    private readonly refuse: RefuseOwnEvents,
    private readonly shared: SharedRoomStore,
    private readonly severings: SeveringStore,
    private readonly clock: Clock,
  ) {}

  async run(tx: Tx, { tenant, severing, roomId }: { tenant: TenantContext; severing: SeveringRow; roomId: RoomId }): Promise<void> {
    const room = await this.log.lockRoom(tx, tenant, roomId);
    const found = room && (await this.shared.findShared(tx, pairOf(tenant, severing), roomId));
    if (!room || !found) return;
    await this.severings.insertRoom(tx, severing.id, found);
    const { host } = room.row;
    if (host === severing.server_name) await this.leaveTheirs(tx, room);
    else await this.log.say(tx, room, (room.isHost ? found.theirs : found.ours).map((fqid) => this.leaveOf(room, fqid, severing)));
    await this.shared.endLanes(tx, { peer: severing.server_name, roomId, at: this.clock.date() });
  }

  /** Nothing goes to its host any more, so our copy is closed here and stays readable. */
  private async leaveTheirs(tx: Tx, room: LockedRoom): Promise<void> {
    const { id: roomId, host: peer } = room.row;
    const pending = await this.shared.listPending(tx, roomId);
    await this.refuse.run(tx, room, pending.map(({ id }) => ({ id, code: 'SW_FED_PEER_UNKNOWN' })));
    await this.shared.markAllOut(tx, { roomId, own: room.tenant.serverName, peer, at: this.clock.date() });
  }

  /** By the server itself: no person has done it. */
  private leaveOf(room: LockedRoom, fqid: Fqid, { server_name: peer }: SeveringRow): EventDraft {
    const content = { fqid, membership: 'leave', reason: `${room.tenant.serverName} and ${peer} do not federate any more` };
    return buildDraft({ clock: this.clock, type: EVENT_TYPES.member, roomId: room.row.id, origin: room.tenant.serverName, content });
  }
}

export function pairOf(tenant: TenantContext, { server_name: peer, is_theirs: isTheirs, since }: SeveringRow): Pair {
  return { own: tenant.serverName, peer, since: isTheirs ? since : null };
}
