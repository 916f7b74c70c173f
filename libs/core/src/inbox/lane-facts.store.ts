import { Injectable } from '@nestjs/common';
import type { Db } from '@scaiwave/database';
import type { Fqid, RoomId, ServerName } from '@scaiwave/protocol';

/** Per server that has or had somebody in the room: how many are joined now. */
export interface ServerPresence {
  server_name: ServerName;
  joined: number;
}

/** A room as its host's entries are judged. */
export interface HostedRoom {
  id: RoomId;
  /** is everything from before our first join here? */
  has_history: boolean;
  servers: ServerName[];
}

/** An invitation that one of our people accepted and whose join has not come yet. */
export interface OpenAcceptance {
  id: string;
  invitee: Fqid;
}

/** What the inbox asks of rooms, members and invitations to judge what other servers say of them. */
@Injectable()
export class LaneFactsStore {
  listPresence(db: Db, roomId: string): Promise<ServerPresence[]> {
    return db.together(listPresenceInRooms, roomId);
  }

  /** Which of these rooms `host` orders, with the servers that have or had somebody there, as far as their history is here. */
  listHosted(db: Db, host: string, roomIds: readonly string[]): Promise<HostedRoom[]> {
    return db.query<HostedRoom>(
      `SELECT r.id, r.backfill_state = 'done' AS has_history, ARRAY(SELECT DISTINCT m.server_name FROM members m WHERE m.tenant_id = r.tenant_id AND m.room_id = r.id) AS servers
       FROM rooms r WHERE r.tenant_id = $1 AND r.host = $2 AND r.id = ANY($3::uuid[])`,
      [db.tenantId, host, roomIds],
    );
  }

  /** An acceptance is used up by the join that names it, so that a host cannot bring somebody back who has left. */
  listOpenAcceptances(db: Db, room: { roomId: string; host: string }): Promise<OpenAcceptance[]> {
    return db.query<OpenAcceptance>(
      `SELECT i.id, i.invitee FROM invitations i
       WHERE i.tenant_id = $1 AND i.room_id = $2 AND i.host = $3 AND i.direction = 'in' AND i.state = 'accepted'
         AND NOT EXISTS (SELECT 1 FROM events e WHERE e.tenant_id = $1 AND e.room_id = $2 AND e.type = 'swp.room.member'
           AND e.content LIKE '%' || i.id::text || '%')`,
      [db.tenantId, room.roomId, room.host],
    );
  }

  /** Has the room's host still to hear, or to tell us of, something of ours? While so, its lane to us has not ended. */
  async hasOwnAhead(db: Db, room: { roomId: string; origin: string; position: number }): Promise<boolean> {
    const rows = await db.query(
      `SELECT 1 FROM events WHERE tenant_id = $1 AND room_id = $2 AND room_seq IS NULL AND origin = $3 AND state = 'pending'
       UNION ALL SELECT 1 FROM events WHERE tenant_id = $1 AND room_id = $2 AND room_seq > $4 AND origin = $3 LIMIT 1`,
      [db.tenantId, room.roomId, room.origin, room.position],
    );
    return rows.length > 0;
  }

  /** Is this the answer of `inviteeServer` to an invitation that we asked `host` for? */
  async isAskedFor(db: Db, invite: { id: string; host: string; inviteeServer: string }): Promise<boolean> {
    const rows = await db.query(
      `SELECT 1 FROM invitations WHERE tenant_id = $1 AND id = $2 AND host = $3 AND direction = 'out'
         AND right(invitee, length($4) + 1) = ':' || $4`,
      [db.tenantId, invite.id, invite.host, invite.inviteeServer],
    );
    return rows.length > 0;
  }

  /** The room_seq of the join with which the log began to go to this server. */
  async findLaneStart(db: Db, lane: { roomId: string; server: string }): Promise<number | null> {
    const rows = await db.query<{ start_seq: number }>(
      `SELECT start_seq FROM lanes WHERE tenant_id = $1 AND server_name = $2 AND room_id = $3 AND kind = 'host'`,
      [db.tenantId, lane.server, lane.roomId],
    );
    return rows[0]?.start_seq ?? null;
  }

  /** Has `server` a joined person in any room in which one of ours is joined? */
  async sharesRoom(db: Db, server: string, own: string): Promise<boolean> {
    const rows = await db.query(
      `SELECT 1 FROM members theirs JOIN members ours ON ours.tenant_id = theirs.tenant_id AND ours.room_id = theirs.room_id
       WHERE theirs.tenant_id = $1 AND theirs.server_name = $2 AND theirs.membership = 'join' AND ours.server_name = $3 AND ours.membership = 'join' LIMIT 1`,
      [db.tenantId, server, own],
    );
    return rows.length > 0;
  }
}

async function listPresenceInRooms(db: Db, roomIds: readonly string[]): Promise<ServerPresence[][]> {
  const rows = await db.query<ServerPresence & { room_id: string }>(
    `SELECT room_id, server_name, (count(*) FILTER (WHERE membership = 'join'))::int AS joined FROM members WHERE tenant_id = $1 AND room_id = ANY($2::uuid[])
     GROUP BY room_id, server_name`,
    [db.tenantId, roomIds],
  );
  const byRoom = Map.groupBy(rows, (row) => row.room_id);
  return roomIds.map((roomId) => byRoom.get(roomId) ?? []);
}
