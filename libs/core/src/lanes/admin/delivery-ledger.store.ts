import { Injectable } from '@nestjs/common';
import type { Db } from '@scaiwave/database';
import type { EventRow } from '../../events/event-row.js';
import { DROPPED } from '../settle-own-events.js';

export type DeliveryState = 'queued' | 'sent' | 'stored' | 'refused' | 'failed';

/** What became of one event at one server. */
export interface EventDelivery {
  server_name: string;
  state: DeliveryState;
  code: string | null;
  updated_at: Date | null;
}

/** How far another server has a room that is sent to it. */
export interface RoomDelivery {
  server_name: string;
  kind: 'host' | 'member';
  /** what it has begins and, once nobody of it is in the room, ends there */
  start_seq: number;
  end_seq: number | null;
  acked_seq: number;
  /** nothing goes to it now: it does not answer, or somebody has stopped it */
  is_waiting: boolean;
}

/** One of somebody's events that did not end as stored at a server. */
export interface EventTrouble {
  event_id: string;
  server_name: string;
  state: 'refused' | 'failed';
  code: string | null;
}

/** A delivery that has not ended as stored. */
export interface OpenDelivery {
  event_id: string;
  room_id: string | null;
  room_name: string | null;
  server_name: string;
  type: string;
  sender: string | null;
  state: 'queued' | 'refused' | 'failed';
  code: string | null;
  at: Date;
}

export interface LedgerFilter {
  state: OpenDelivery['state'] | null;
  peer: string | null;
  room: string | null;
  /** since then, and before that: when it was said, or ended */
  from: Date | null;
  to: Date | null;
  limit: number;
  offset: number;
}

const LANE_EVENTS = `SELECT e.id AS event_id, l.room_id, r.name AS room_name, l.server_name, e.type, e.sender, 'queued' AS state, NULL AS code, e.created_at AS at
  FROM lanes l JOIN rooms r ON r.tenant_id = l.tenant_id AND r.id = l.room_id JOIN events e ON e.tenant_id = l.tenant_id AND e.room_id = l.room_id`;
const EXCEPTIONS = `SELECT x.event_id, x.room_id, r.name AS room_name, x.server_name, e.type, e.sender,
    CASE WHEN x.requested_at IS NULL THEN x.state ELSE 'queued' END AS state, CASE WHEN x.requested_at IS NULL THEN x.code END AS code, COALESCE(x.requested_at, x.at) AS at
  FROM delivery_exceptions x JOIN rooms r ON r.tenant_id = x.tenant_id AND r.id = x.room_id
  JOIN events e ON e.tenant_id = x.tenant_id AND e.room_id = x.room_id AND e.id = x.event_id`;

/** What is delivered follows from the cursors; only what did not end as stored has rows of its own. */
@Injectable()
export class DeliveryLedgerStore {
  /** One row per server that the event goes to; its own server is none of them, nor is any for what was redacted before it left. */
  listOfEvent(db: Db, event: Pick<EventRow, 'room_id' | 'id' | 'room_seq' | 'out_seq' | 'origin'>): Promise<EventDelivery[]> {
    return db.query<EventDelivery & Record<string, unknown>>(
      `SELECT l.server_name, COALESCE(CASE WHEN x.requested_at IS NULL THEN x.state ELSE 'queued' END, CASE WHEN own.state = 'failed' THEN 'refused' WHEN l.acked_seq >= own.place THEN 'stored' WHEN l.sent_seq >= own.place THEN 'sent' ELSE 'queued' END) AS state,
         CASE WHEN x.requested_at IS NULL THEN COALESCE(x.code, own.failure_code) END AS code, COALESCE(x.requested_at, x.at, CASE WHEN l.acked_seq >= own.place THEN l.last_acked_at ELSE e.created_at END) AS updated_at
       FROM events e JOIN lanes l ON l.tenant_id = e.tenant_id AND l.room_id = e.room_id AND l.server_name <> e.origin
       CROSS JOIN LATERAL (SELECT e.state, e.failure_code, CASE l.kind WHEN 'host' THEN e.room_seq ELSE e.out_seq END AS place) own
       LEFT JOIN delivery_exceptions x ON x.tenant_id = e.tenant_id AND x.room_id = e.room_id AND x.event_id = e.id AND x.server_name = l.server_name
       WHERE e.tenant_id = $1 AND e.room_id = $2 AND e.id = $3 AND own.place IS NOT NULL AND own.failure_code IS DISTINCT FROM $4
         AND (l.kind = 'member' OR (own.place >= l.start_seq AND (l.end_seq IS NULL OR own.place <= l.end_seq))) ORDER BY l.server_name`,
      [db.tenantId, event.room_id, event.id, DROPPED],
    );
  }

  /** Every server that a room goes to: from the host to its members, from a member to the host. */
  listOfRoom(db: Db, roomId: string): Promise<RoomDelivery[]> {
    return db.query<RoomDelivery & Record<string, unknown>>(
      `SELECT l.server_name, l.kind, l.start_seq, l.end_seq, l.acked_seq, (l.state <> 'ok' OR p.verdict IS NOT NULL OR COALESCE(p.admin_state, 'active') <> 'active') AS is_waiting
       FROM lanes l LEFT JOIN peers p ON p.tenant_id = l.tenant_id AND p.server_name = l.server_name WHERE l.tenant_id = $1 AND l.room_id = $2 ORDER BY l.server_name`,
      [db.tenantId, roomId],
    );
  }

  /** The newest of a person's events in a room that were refused or given up, and that nobody sends again. */
  listTrouble(db: Db, of: { roomId: string; sender: string; limit: number }): Promise<EventTrouble[]> {
    return db.query<EventTrouble & Record<string, unknown>>(
      `SELECT x.event_id, x.server_name, x.state, x.code FROM delivery_exceptions x JOIN events e ON e.tenant_id = x.tenant_id AND e.room_id = x.room_id AND e.id = x.event_id
       WHERE x.tenant_id = $1 AND x.room_id = $2 AND e.sender = $3 AND x.requested_at IS NULL ORDER BY x.at DESC, x.event_id LIMIT $4`,
      [db.tenantId, of.roomId, of.sender, of.limit],
    );
  }

  /** Newest first. */
  listOpen(db: Db, filter: LedgerFilter): Promise<OpenDelivery[]> {
    return db.query<OpenDelivery & Record<string, unknown>>(
      `SELECT * FROM (
         ${LANE_EVENTS} AND e.origin <> l.server_name AND e.room_seq > l.acked_seq AND (l.end_seq IS NULL OR e.room_seq <= l.end_seq) WHERE l.tenant_id = $1 AND l.kind = 'host' AND l.acked_seq < COALESCE(l.end_seq, r.last_seq)
         UNION ALL ${LANE_EVENTS} AND e.out_seq > l.acked_seq WHERE l.tenant_id = $1 AND l.kind = 'member' AND l.acked_seq < r.out_seq
         UNION ALL ${EXCEPTIONS} WHERE x.tenant_id = $1
         UNION ALL SELECT c.id, c.room_id, r.name, c.server_name, c.type, NULL, c.state, c.code, COALESCE(c.settled_at, c.created_at) FROM control_events c
           LEFT JOIN rooms r ON r.tenant_id = c.tenant_id AND r.id = c.room_id WHERE c.tenant_id = $1 AND c.state <> 'stored'
       ) open WHERE ($2::text IS NULL OR state = $2) AND ($3::text IS NULL OR server_name = $3) AND ($6::uuid IS NULL OR room_id = $6)
         AND ($7::timestamptz IS NULL OR at >= $7) AND ($8::timestamptz IS NULL OR at < $8) ORDER BY at DESC, event_id LIMIT $4 OFFSET $5`,
      [db.tenantId, filter.state, filter.peer, filter.limit, filter.offset, filter.room, filter.from, filter.to],
    );
  }
}
