import { Injectable } from '@nestjs/common';
import type { Db, Tx } from '@scaiwave/database';
import type { RoomId, ServerName } from '@scaiwave/protocol';
import { EVENT_COLUMNS, type EventRow } from '../events/index.js';

/** An event that was given up, and that an admin wants to be sent again. */
export interface RequestedEvent extends EventRow {
  /** of the lane that it goes by: host = the room is ours, member = it goes to the room's host */
  lane_kind: 'host' | 'member';
  /** host: the last place before it that the peer has stored */
  stored_before: number;
}

export interface ExceptionKey {
  roomId: RoomId;
  eventId: string;
}

/** What is to be sent again; each narrows what the others name. */
export interface RedeliverySelection {
  eventIds?: readonly string[];
  roomId?: string;
  peer?: ServerName;
  /** made from this time on */
  from?: Date;
  /** made up to this time */
  to?: Date;
}

// An invitation is made anew, not sent again: its host has ended it. An old word that a peer was removed would cut what is shared since.
const NEVER_AGAIN = ['swp.room.invite', 'swp.room.invite.request', 'swp.peer.severed'];

@Injectable()
export class RedeliveryStore {
  /** What a selection names, of all that was given up; by id also what was refused. Returns where it goes. */
  async markRequested(tx: Tx, { eventIds, roomId, peer, from, to }: RedeliverySelection, at: Date): Promise<Array<{ server_name: ServerName; room_id: RoomId; event_id: string }>> {
    return tx.query(
      `UPDATE delivery_exceptions x SET requested_at = $7 FROM events e
       WHERE x.tenant_id = $1 AND e.tenant_id = x.tenant_id AND e.room_id = x.room_id AND e.id = x.event_id AND x.requested_at IS NULL
         AND (x.state = 'failed' OR x.event_id = ANY($2)) AND ($2::uuid[] IS NULL OR x.event_id = ANY($2)) AND ($3::uuid IS NULL OR x.room_id = $3) AND ($4::text IS NULL OR x.server_name = $4)
         AND ($5::timestamptz IS NULL OR e.created_at >= $5) AND ($6::timestamptz IS NULL OR e.created_at <= $6)
         AND (e.room_seq IS NOT NULL OR e.content IS NOT NULL)
         AND EXISTS (SELECT 1 FROM lanes l WHERE l.tenant_id = x.tenant_id AND l.server_name = x.server_name AND l.room_id = x.room_id)
       RETURNING x.server_name, x.room_id, x.event_id`,
      [tx.tenantId, eventIds ?? null, roomId ?? null, peer ?? null, from ?? null, to ?? null, at],
    );
  }

  async markControlRequeued(tx: Tx, { eventIds, roomId, peer, from, to }: RedeliverySelection, at: Date): Promise<Array<{ server_name: ServerName }>> {
    return tx.query(
      `UPDATE control_events SET state = 'queued', code = NULL, settled_at = NULL, requeued_at = $7
       WHERE tenant_id = $1 AND state = 'failed' AND type <> ALL($8) AND ($2::uuid[] IS NULL OR id = ANY($2)) AND ($3::uuid IS NULL OR room_id = $3) AND ($4::text IS NULL OR server_name = $4)
         AND ($5::timestamptz IS NULL OR created_at >= $5) AND ($6::timestamptz IS NULL OR created_at <= $6) RETURNING server_name`,
      [tx.tenantId, eventIds ?? null, roomId ?? null, peer ?? null, from ?? null, to ?? null, at, NEVER_AGAIN],
    );
  }

  async markPeers(tx: Tx, serverNames: readonly string[]): Promise<void> {
    await tx.execute('UPDATE peers SET has_redelivery = true WHERE tenant_id = $1 AND server_name = ANY($2)', [tx.tenantId, serverNames]);
  }

  async clearPeer(tx: Tx, serverName: string): Promise<void> {
    await tx.execute(
      `UPDATE peers SET has_redelivery = false WHERE tenant_id = $1 AND server_name = $2
         AND NOT EXISTS (SELECT 1 FROM delivery_exceptions WHERE tenant_id = $1 AND server_name = $2 AND requested_at IS NOT NULL)`,
      [tx.tenantId, serverName],
    );
  }

  /** By room, in the order in which they were said; without those rooms. */
  listRequested(db: Db, serverName: string, { skipRooms, limit }: { skipRooms: readonly string[]; limit: number }): Promise<RequestedEvent[]> {
    return db.query<RequestedEvent>(
      `SELECT ${EVENT_COLUMNS.split(',').map((column) => `e.${column.trim()}`).join(', ')}, l.kind AS lane_kind,
         COALESCE((SELECT max(p.room_seq) FROM events p WHERE p.tenant_id = e.tenant_id AND p.room_id = e.room_id AND p.room_seq >= l.start_seq AND p.room_seq < e.room_seq
           AND NOT EXISTS (SELECT 1 FROM delivery_exceptions y WHERE y.tenant_id = p.tenant_id AND y.room_id = p.room_id AND y.event_id = p.id AND y.server_name = l.server_name)), 0) AS stored_before
       FROM delivery_exceptions x
       JOIN lanes l ON l.tenant_id = x.tenant_id AND l.server_name = x.server_name AND l.room_id = x.room_id AND l.state = 'ok'
       JOIN events e ON e.tenant_id = x.tenant_id AND e.room_id = x.room_id AND e.id = x.event_id
       WHERE x.tenant_id = $1 AND x.server_name = $2 AND x.requested_at IS NOT NULL AND x.room_id <> ALL($4::uuid[]) ORDER BY e.room_id, COALESCE(e.room_seq, e.out_seq) LIMIT $3`,
      [db.tenantId, serverName, limit, skipRooms],
    );
  }

  /** Asked for at this time or before, and still not delivered. */
  listOverdue(db: Db, serverName: string, cutoff: Date): Promise<Array<{ room_id: RoomId; event_id: string; type: string; is_sequenced: boolean }>> {
    return db.query(
      `SELECT x.room_id, x.event_id, e.type, e.room_seq IS NOT NULL AS is_sequenced FROM delivery_exceptions x
       JOIN events e ON e.tenant_id = x.tenant_id AND e.room_id = x.room_id AND e.id = x.event_id
       WHERE x.tenant_id = $1 AND x.server_name = $2 AND x.requested_at <= $3 LIMIT 200`,
      [db.tenantId, serverName, cutoff],
    );
  }

  /** It did not end as stored this time either. */
  async markOver(tx: Tx, over: ExceptionKey & { serverName: string; state: 'refused' | 'failed'; code: string; at: Date }): Promise<void> {
    await tx.execute(
      `UPDATE delivery_exceptions SET requested_at = NULL, state = $5, code = $6, at = $7 WHERE tenant_id = $1 AND server_name = $2 AND room_id = $3 AND event_id = $4`,
      [tx.tenantId, over.serverName, over.roomId, over.eventId, over.state, over.code, over.at],
    );
  }

  /** Own events on the way to a room's host are pending once more. */
  async markPending(tx: Tx, keys: readonly ExceptionKey[]): Promise<void> {
    await tx.execute(
      `UPDATE events SET state = 'pending', failure_code = NULL, stream_position = nextval('stream_position_seq'), xid = pg_current_xact_id()
       FROM unnest($2::uuid[], $3::uuid[]) AS n (n_room_id, n_id) WHERE tenant_id = $1 AND room_id = n_room_id AND id = n_id AND room_seq IS NULL AND state = 'failed'`,
      [tx.tenantId, keys.map(({ roomId }) => roomId), keys.map(({ eventId }) => eventId)],
    );
  }
}
