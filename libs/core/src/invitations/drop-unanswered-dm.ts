import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import { EVENT_TYPES } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import { buildDraft } from '../events/event-draft.js';
import { EventStore } from '../events/event.store.js';
import { RoomLog } from '../events/room-log.js';
import { MemberStore } from '../members/member.store.js';
import { RoomStore } from '../rooms/room.store.js';
import type { TenantContext } from '../tenants/index.js';
import type { InvitationRow } from './invitation-row.js';

/** A DM whose invitation came to nothing goes with it, so that the next call makes a new one. */
@Injectable()
export class DropUnansweredDm {
  constructor(
    private readonly log: RoomLog,
    private readonly rooms: RoomStore,
    private readonly members: MemberStore,
    private readonly events: EventStore,
    private readonly clock: Clock,
  ) {}

  /** What somebody wrote there is never thrown away: such a DM stays, or is closed where `mustGo` makes room for another. */
  async run(tx: Tx, input: { tenant: TenantContext; row: InvitationRow; mustGo?: boolean }): Promise<void> {
    const { tenant, row } = input;
    if (row.room.room_type !== 'dm' || row.host !== tenant.serverName) return;
    const room = await this.log.lockRoom(tx, tenant, row.room_id);
    if (!room || (await this.members.countJoined(tx, { roomId: row.room_id, server: tenant.serverName, elsewhere: true })) > 0) return;
    const timeline = await this.events.listTimeline(tx, { roomId: row.room_id, limit: 10, from: null, direction: 'back' });
    if (!timeline.some((event) => event.type === EVENT_TYPES.message)) return this.rooms.deleteRoom(tx, row.room_id);
    if (!input.mustGo || room.row.state !== 'open') return;
    const draft = buildDraft({ clock: this.clock, type: EVENT_TYPES.state, roomId: row.room_id, origin: tenant.serverName, content: { state: 'closed' } });
    await this.log.append(tx, room, [draft]);
  }
}
