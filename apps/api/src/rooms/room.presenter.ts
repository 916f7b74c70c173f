import { Injectable } from '@nestjs/common';
import { decideFederation, ParticipantStore, type Actor, type MyRoomRow, type ParticipantRow } from '@scaiwave/core';
import type { Db } from '@scaiwave/database';
import { presentParticipant } from '../members/participant.presenter.js';
import { roomSchema } from './room.schema.js';
import type { z } from 'zod';

export type RoomJson = z.infer<typeof roomSchema>;

/** Rooms as one of their members sees them. */
@Injectable()
export class RoomPresenter {
  constructor(private readonly participants: ParticipantStore) {}

  async presentRooms(db: Db, input: { viewer: Actor; rows: readonly MyRoomRow[] }): Promise<RoomJson[]> {
    const others = input.rows.flatMap((row) => otherOf(row, input.viewer) ?? []);
    const people = new Map((await this.participants.listByFqids(db, [...others, ...input.rows.map((row) => row.creator)])).map((person) => [person.fqid as string, person]));
    return input.rows.map((row) => presentRoom(row, input.viewer, people));
  }

  async presentRoom(db: Db, input: { viewer: Actor; row: MyRoomRow }): Promise<RoomJson> {
    const [room] = await this.presentRooms(db, { viewer: input.viewer, rows: [input.row] });
    if (!room) throw new Error('one row makes one room');
    return room;
  }
}

function otherOf(row: MyRoomRow, viewer: Actor): string | null {
  return row.dm_key?.split(' ').find((fqid) => fqid !== viewer.fqid) ?? null;
}

function presentRoom(row: MyRoomRow, viewer: Actor, people: ReadonlyMap<string, ParticipantRow>): RoomJson {
  const federation = decideFederation(row);
  const other = people.get(otherOf(row, viewer) ?? '');
  const isIn = row.membership === 'join' && row.state === 'open';
  return {
    id: row.id,
    name: row.name,
    topic: row.topic,
    room_type: row.room_type,
    scope_kind: row.scope_kind,
    state: row.state,
    creator_id: people.get(row.creator)?.id ?? null,
    created_at: row.created_at.toISOString(),
    is_public: row.is_public,
    room_alias: null,
    workspace_id: null,
    is_federated: row.host !== viewer.tenant.serverName || row.servers.some((server) => server !== viewer.tenant.serverName),
    host: row.host,
    // Who is there is not known yet; the host is, to whoever accepts.
    servers: row.membership === 'joining' ? [row.host] : row.servers,
    hides_history: row.hides_history,
    my: { membership: row.membership, power_level: row.power_level, notification_mode: row.notification_mode, muted_until: row.muted_until?.toISOString() ?? null },
    unread_count: row.unread_count,
    last_read_event_id: row.last_read_event_id,
    last_event_at: row.last_event_at?.toISOString() ?? null,
    dm_with: other ? presentParticipant(other) : null,
    dm_fqid: otherOf(row, viewer),
    // A member holds the order without gaps; a place whose event was refused or is missing shows here.
    missing_events: row.missing_events,
    lane_state: row.lane_state,
    can: {
      invite: isIn && row.room_type !== 'dm',
      invite_federated: isIn && row.room_type !== 'dm' && federation.allowed,
      invite_federated_reason: federation.allowed ? (row.room_type === 'dm' ? 'SW_ROOM_TYPE_INVARIANT' : null) : federation.code,
      kick: isIn && row.power_level >= 50,
      rename: isIn && row.power_level >= 50 && row.room_type !== 'dm',
      close: isIn && row.power_level >= 100 && row.host === viewer.tenant.serverName,
    },
  };
}
