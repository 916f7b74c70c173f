import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import { splitFqid, type Fqid } from '@scaiwave/protocol';
import { Signals } from '@scaiwave/redis';
import { MemberStore } from '../members/member.store.js';
import type { MemberRow, Membership } from '../members/member-row.js';
import { EnsureParticipant } from '../participants/index.js';
import { membershipSignal } from '../rooms/membership-signal.js';
import { RoomLanes } from '../rooms/room-lanes.store.js';
import type { LockedRoom, RoomState } from '../rooms/room-row.js';
import { RoomStore } from '../rooms/room.store.js';
import type { EventRow } from './event-row.js';

interface Change {
  tx: Tx;
  room: LockedRoom;
  event: EventRow;
  content: Record<string, unknown>;
}

/** What memberships, names, topics and states change in the room; and the lanes that begin and end with members. */
@Injectable()
export class RoomProjection {
  constructor(
    private readonly rooms: RoomStore,
    private readonly members: MemberStore,
    private readonly participants: EnsureParticipant,
    private readonly lanes: RoomLanes,
    private readonly signals: Signals,
  ) {}

  /** Returns false if the type is none of its own. Safe to repeat for the same event. */
  async apply(change: Change): Promise<boolean> {
    const { tx, room, content } = change;
    switch (change.event.type) {
      case 'swp.room.member':
        await this.applyMember(change);
        return true;
      case 'swp.room.name':
        room.row.name = textOrNull(content.name);
        await this.rooms.markName(tx, room.row.id, room.row.name);
        return true;
      case 'swp.room.topic':
        room.row.topic = textOrNull(content.topic);
        await this.rooms.markTopic(tx, room.row.id, room.row.topic);
        return true;
      case 'swp.room.state':
        room.row.state = content.state as RoomState;
        await this.rooms.markState(tx, room.row.id, room.row.state);
        return true;
      default:
        return false;
    }
  }

  private async applyMember(change: Change): Promise<void> {
    const { tx, room, event, content } = change;
    const fqid = content.fqid as Fqid;
    const membership = content.membership as Membership;
    const serverName = splitFqid(fqid).serverName;
    const participant = await this.participants.run(tx, room.tenant, { fqid, displayName: textOrNull(content.display_name) ?? undefined, by: event.origin });
    if (!participant) return; // a person of ours that never was
    const before = await this.members.findMember(tx, room.row.id, fqid);
    const wasServerIn = (await this.members.countJoined(tx, { roomId: room.row.id, server: serverName })) > 0;
    await this.members.upsertMember(tx, {
      room_id: room.row.id,
      fqid,
      participant_id: participant.id,
      server_name: serverName,
      membership,
      power_level: powerAfter(before, membership, content.power_level),
      changed_by: event.sender ?? null,
      changed_at: new Date(event.origin_ts),
    });
    if (serverName === room.tenant.serverName && before?.membership !== membership) tx.afterCommit(() => this.signals.publish(membershipSignal(room.row.id, fqid)));
    const isServerIn = (await this.members.countJoined(tx, { roomId: room.row.id, server: serverName })) > 0;
    if (wasServerIn !== isServerIn) await this.changeLane({ ...change, serverName, isServerIn });
  }

  /** A lane begins with the join of a server's first person and ends with the leave of its last. */
  private async changeLane(change: Change & { serverName: string; isServerIn: boolean }): Promise<void> {
    const { tx, room, event, serverName, isServerIn } = change;
    const isOwn = serverName === room.tenant.serverName;
    if (room.isHost && !isOwn && event.room_seq !== null) {
      if (isServerIn) await this.lanes.startHostLane(tx, { roomId: room.row.id, serverName, seq: event.room_seq, at: event.created_at });
      else await this.lanes.endHostLane(tx, { roomId: room.row.id, serverName, seq: event.room_seq, at: event.created_at });
      room.hasLaneNews = true;
    }
    if (!room.isHost && isOwn && isServerIn) {
      await this.lanes.startMemberLane(tx, { roomId: room.row.id, host: room.row.host, at: event.created_at });
      room.hasLaneNews = true;
    }
  }
}

/** A repeated join keeps the power it does not name; a first one has 0; nobody outside keeps any. */
function powerAfter(before: MemberRow | null, membership: Membership, stated: unknown): number {
  if (membership !== 'join') return 0;
  if (typeof stated === 'number') return stated;
  return before?.membership === 'join' ? before.power_level : 0;
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
