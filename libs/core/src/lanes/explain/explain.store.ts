import { Injectable } from '@nestjs/common';
import type { Db } from '@scaiwave/database';
import type { ServerName } from '@scaiwave/protocol';
import type { DeliveryFacts } from './decide-delivery.js';

export interface ExplainedEvent {
  kind: 'room' | 'control';
  id: string;
  room_id: string | null;
  type: string;
  origin: ServerName;
  sender: string | null;
  state: string;
  failure_code: string | null;
  room_seq: number | null;
  out_seq: number | null;
  is_signed: boolean;
  is_redacted: boolean;
  created_at: Date;
}

@Injectable()
export class ExplainStore {
  /** An event of a room, else one of the control lane to `peer` (or to whichever server it goes). */
  async findEvent(db: Db, eventId: string, own: ServerName): Promise<ExplainedEvent | null> {
    return db.queryOne<ExplainedEvent & Record<string, unknown>>(
      `SELECT 'room' AS kind, id, room_id, type, origin, sender, state, failure_code, room_seq, out_seq, jws IS NOT NULL AS is_signed, redacted_by IS NOT NULL AS is_redacted, created_at
       FROM events WHERE tenant_id = $1 AND id = $2
       UNION ALL
       SELECT DISTINCT ON (id) 'control', id, room_id, type, $3, NULL, 'sequenced', NULL, NULL::bigint, NULL::bigint, jws IS NOT NULL, false, created_at FROM control_events WHERE tenant_id = $1 AND id = $2
       LIMIT 1`,
      [db.tenantId, eventId, own],
    );
  }

  /** Servers that this event goes to from here. */
  async listDestinations(db: Db, event: ExplainedEvent): Promise<ServerName[]> {
    const rows = await db.query<{ server_name: ServerName }>(
      `SELECT server_name FROM lanes WHERE tenant_id = $1 AND room_id = $2 AND $3 = 'room' UNION SELECT server_name FROM control_events WHERE tenant_id = $1 AND id = $4 ORDER BY 1`,
      [db.tenantId, event.room_id, event.kind, event.id],
    );
    return rows.map((row) => row.server_name);
  }

  findRoom(db: Db, roomId: string): Promise<{ host: ServerName; name: string | null; state: string; room_type: string; federation_enabled: boolean } | null> {
    return db.queryOne('SELECT host, name, state, room_type, federation_enabled FROM rooms WHERE tenant_id = $1 AND id = $2', [db.tenantId, roomId]);
  }

  async findLane(db: Db, event: ExplainedEvent, peer: string): Promise<DeliveryFacts['lane']> {
    const row = await db.queryOne<{ kind: 'host' | 'member'; acked_seq: number; sent_seq: number; start_seq: number; end_seq: number | null; state: string; stop_code: string | null; last_acked_at: Date | null }>(
      'SELECT kind, acked_seq, sent_seq, start_seq, end_seq, state, stop_code, last_acked_at FROM lanes WHERE tenant_id = $1 AND server_name = $2 AND room_id = $3',
      [db.tenantId, peer, event.room_id],
    );
    if (!row) return null;
    const place = row.kind === 'host' ? event.room_seq : event.out_seq;
    return { kind: row.kind, place, ackedSeq: row.acked_seq, sentSeq: row.sent_seq, startSeq: row.start_seq, endSeq: row.end_seq, state: row.state, stopCode: row.stop_code, lastAckedAt: row.last_acked_at };
  }

  async findControl(db: Db, eventId: string, peer: string): Promise<DeliveryFacts['control']> {
    const row = await db.queryOne<{ state: string; code: string | null; settled_at: Date | null; ahead: number }>(
      `SELECT c.state, c.code, c.settled_at, (SELECT count(*)::int FROM control_events p WHERE p.tenant_id = $1 AND p.server_name = $2 AND p.state = 'queued' AND p.out_seq < c.out_seq) AS ahead
       FROM control_events c WHERE c.tenant_id = $1 AND c.server_name = $2 AND c.id = $3`,
      [db.tenantId, peer, eventId],
    );
    return row && { state: row.state, code: row.code, settledAt: row.settled_at, ahead: row.ahead };
  }

  async findException(db: Db, event: ExplainedEvent, peer: string): Promise<DeliveryFacts['exception']> {
    const row = await db.queryOne<{ state: string; code: string | null; at: Date; requested_at: Date | null }>(
      'SELECT state, code, at, requested_at FROM delivery_exceptions WHERE tenant_id = $1 AND room_id = $2 AND event_id = $3 AND server_name = $4',
      [db.tenantId, event.room_id, event.id, peer],
    );
    return row && { state: row.state, code: row.code, at: row.at, requestedAt: row.requested_at };
  }

  /** The control event that carries an invitation to the server named. */
  async findInviteEvent(db: Db, inviteId: string, peer: string): Promise<string | null> {
    const row = await db.queryOne<{ id: string }>(
      `SELECT id FROM control_events WHERE tenant_id = $1 AND server_name = $2 AND type IN ('swp.room.invite', 'swp.room.invite.request') AND content::jsonb->>'invite_id' = $3
       ORDER BY created_at DESC LIMIT 1`,
      [db.tenantId, peer, inviteId],
    );
    return row?.id ?? null;
  }
}
