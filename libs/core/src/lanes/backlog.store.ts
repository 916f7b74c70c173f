import { Injectable } from '@nestjs/common';
import type { Db, FleetTx } from '@scaiwave/database';
import type { PartialPolicy, TenantId, TrustMode } from '@scaiwave/protocol';
import type { PeerAdminState, PeerPin, PeerVerdict } from '../peers/peer-row.js';
import type { PeerDeclaration } from '../tenants/index.js';
import { SETTLED } from './lane.store.js';

/** A tenant, with one of its peers of which there is something to say; `peer` null where there is none. */
export interface StandingRow {
  tenant: string;
  is_own_pool: boolean;
  valid_until: Date | null;
  stopped: number;
  peer: string | null;
  events: number;
  oldest_at: Date | null;
  failing_since: Date | null;
  verdict: PeerVerdict | null;
  is_due: boolean;
  key_changed_at: Date | null;
  [column: string]: unknown;
}

const TARGET = `CASE l.kind WHEN 'host' THEN COALESCE(l.end_seq, r.last_seq) ELSE r.out_seq END`;
// What a peer is brought once more waits since its lane went back: it is not about to be given up.
const OPEN_LANES = `SELECT l.tenant_id, l.server_name, ${TARGET} - l.acked_seq AS events, l.state = 'ok' AS may_go,
    CASE l.kind WHEN 'host'
      THEN COALESCE((SELECT e.created_at FROM events e WHERE e.tenant_id = l.tenant_id AND e.room_id = l.room_id AND e.room_seq = ${SETTLED} + 1), l.updated_at)
      ELSE (SELECT e.created_at FROM events e WHERE e.tenant_id = l.tenant_id AND e.room_id = l.room_id AND e.out_seq = l.acked_seq + 1) END AS oldest_at
  FROM lanes l JOIN rooms r ON r.tenant_id = l.tenant_id AND r.id = l.room_id WHERE l.acked_seq < ${TARGET}`;
const QUEUED_CONTROL = `SELECT tenant_id, server_name, 1 AS events, true AS may_go, COALESCE(requeued_at, created_at) AS oldest_at FROM control_events WHERE state = 'queued'`;
/** Given up once, and asked for again by an admin: it waits since then. */
const ASKED_FOR_AGAIN = `SELECT tenant_id, server_name, 1 AS events, true AS may_go, requested_at AS oldest_at FROM delivery_exceptions WHERE requested_at IS NOT NULL`;

/** One peer of a tenant that a resource declares, for the status of both; `peer` null for a tenant without any. */
export interface StandingOfResource {
  tenant: string;
  tenant_resource: string;
  /** given up in the last 24 hours, of all peers */
  failed: number;
  peer: string | null;
  peer_resource: string | null;
  admin_state: PeerAdminState | null;
  verdict: PeerVerdict | null;
  failing_since: Date | null;
  last_seen_at: Date | null;
  last_success_at: Date | null;
  last_error_code: string | null;
  last_error_message: string | null;
  last_error_at: Date | null;
  events: number;
  oldest_at: Date | null;
  shared_rooms: number;
  stopped: number;
  provider_policy: PartialPolicy;
  admin_policy: PartialPolicy | null;
  declaration: PeerDeclaration | null;
  endpoint_url: string | null;
  trust_mode: TrustMode;
  pins: PeerPin[];
  key_changed_at: Date | null;
  /** of peers with a resource: the keys that are believed, the newest first; `public_key` in base64 */
  keys: { kid: string; public_key: string; state: string; valid_until: string | null }[] | null;
  [column: string]: unknown;
}

const DAY_MS = 86_400_000;

// Planned with the value at hand: for one tenant it is an index condition, for all it is none.
function isOf(column: string): string {
  return `($2::uuid IS NULL OR ${column} = $2)`;
}

/** How much waits for which peer, counted from the cursors. */
@Injectable()
export class BacklogStore {
  /** Every tenant that exists, and of those of a pool every peer with a backlog or in trouble: one statement for the whole installation. */
  listStandings(fleet: FleetTx, { pool, now }: { pool: string; now: Date }): Promise<StandingRow[]> {
    return fleet.query<StandingRow>(
      `WITH waiting AS (
         SELECT b.tenant_id, b.server_name, sum(b.events)::int AS events, min(b.oldest_at) AS oldest_at, bool_or(b.may_go) AS may_go
         FROM (${OPEN_LANES} UNION ALL ${QUEUED_CONTROL} UNION ALL ${ASKED_FOR_AGAIN}) b GROUP BY 1, 2),
       stopped AS (
         SELECT tenant_id, count(*)::int AS stopped FROM (
           SELECT tenant_id FROM lanes WHERE state = 'stopped' UNION ALL SELECT tenant_id FROM rooms WHERE lane_state = 'stopped') s GROUP BY 1)
       SELECT t.server_name AS tenant, t.pool = $1 AS is_own_pool, d.valid_until, COALESCE(s.stopped, 0) AS stopped,
         p.server_name AS peer, COALESCE(w.events, 0) AS events, w.oldest_at, p.failing_since, p.verdict, p.key_changed_at,
         COALESCE(w.may_go, false) AND t.state IN ('active', 'deleting') AND p.admin_state = 'active' AND (p.next_attempt_at IS NULL OR p.next_attempt_at <= $2) AS is_due
       FROM tenants t LEFT JOIN descriptors d ON d.tenant_id = t.id LEFT JOIN stopped s ON s.tenant_id = t.id
         LEFT JOIN (peers p LEFT JOIN waiting w ON w.tenant_id = p.tenant_id AND w.server_name = p.server_name)
           ON t.pool = $1 AND p.tenant_id = t.id AND (w.events IS NOT NULL OR p.verdict IS NOT NULL OR p.key_changed_at IS NOT NULL)
       WHERE t.state <> 'deleted'`,
      [pool, now],
    );
  }

  /**
   * Every peer of every tenant that has a resource: one statement for the whole installation.
   * @param of only of this tenant
   */
  listOfResources(fleet: FleetTx, now: Date, of: TenantId | null = null): Promise<StandingOfResource[]> {
    return fleet.query<StandingOfResource>(
      `WITH waiting AS (
         SELECT b.tenant_id, b.server_name, sum(b.events)::int AS events, min(b.oldest_at) AS oldest_at
         FROM (${OPEN_LANES} AND ${isOf('l.tenant_id')} UNION ALL ${QUEUED_CONTROL} AND ${isOf('tenant_id')} UNION ALL ${ASKED_FOR_AGAIN} AND ${isOf('tenant_id')}) b GROUP BY 1, 2),
       shared AS (SELECT tenant_id, server_name, sum(rooms)::int AS rooms, sum(stopped)::int AS stopped FROM (
         SELECT tenant_id, server_name, count(*) FILTER (WHERE kind = 'host' AND end_seq IS NULL) AS rooms, count(*) FILTER (WHERE state = 'stopped') AS stopped FROM lanes WHERE ${isOf('tenant_id')} GROUP BY 1, 2
         UNION ALL
         SELECT r.tenant_id, r.host, count(*), count(*) FILTER (WHERE r.lane_state = 'stopped') FROM rooms r JOIN tenants o ON o.id = r.tenant_id AND o.server_name <> r.host
         WHERE ${isOf('r.tenant_id')} AND EXISTS (SELECT 1 FROM members m WHERE m.tenant_id = r.tenant_id AND m.room_id = r.id AND m.server_name = o.server_name AND m.membership = 'join') GROUP BY 1, 2) both_ways GROUP BY 1, 2),
       failed AS (SELECT tenant_id, count(*)::int AS failed FROM delivery_exceptions WHERE state = 'failed' AND at > $1 AND ${isOf('tenant_id')} GROUP BY 1)
       SELECT t.server_name AS tenant, t.resource AS tenant_resource, COALESCE(f.failed, 0) AS failed, p.server_name AS peer, p.declaration_resource AS peer_resource,
         p.admin_state, p.verdict, p.failing_since, p.last_seen_at, p.last_success_at, p.last_error_code, p.last_error_message, p.last_error_at,
         COALESCE(w.events, 0) AS events, w.oldest_at, COALESCE(s.rooms, 0) AS shared_rooms, COALESCE(s.stopped, 0) AS stopped,
         t.provider_policy, a.admin AS admin_policy, p.declaration, p.endpoint_url, p.trust_mode, p.pins, p.key_changed_at,
         CASE WHEN p.declaration_resource IS NOT NULL THEN (SELECT jsonb_agg(jsonb_build_object('kid', k.kid, 'public_key', encode(k.public_key, 'base64'), 'state', k.state, 'valid_until', k.valid_until)
           ORDER BY k.first_seen_at DESC, k.kid) FROM peer_keys k WHERE k.tenant_id = p.tenant_id AND k.server_name = p.server_name) END AS keys
       FROM tenants t LEFT JOIN failed f ON f.tenant_id = t.id LEFT JOIN policies a ON a.tenant_id = t.id LEFT JOIN peers p ON p.tenant_id = t.id
         LEFT JOIN waiting w ON w.tenant_id = p.tenant_id AND w.server_name = p.server_name
         LEFT JOIN shared s ON s.tenant_id = p.tenant_id AND s.server_name = p.server_name
       WHERE t.state <> 'deleted' AND t.resource IS NOT NULL AND ${isOf('t.id')}`,
      [new Date(now.getTime() - DAY_MS), of],
    );
  }

  /** Of each of these tenants that has one, over all its peers. */
  async listOfTenants(fleet: FleetTx, tenantIds: readonly string[]): Promise<Map<string, { events: number; oldestAt: Date | null }>> {
    const rows = await fleet.query<{ tenant_id: string; events: number; oldest_at: Date | null }>(
      `SELECT b.tenant_id, sum(b.events)::int AS events, min(b.oldest_at) AS oldest_at
       FROM (${OPEN_LANES} AND l.tenant_id = ANY($1) UNION ALL ${QUEUED_CONTROL} AND tenant_id = ANY($1) UNION ALL ${ASKED_FOR_AGAIN} AND tenant_id = ANY($1)) b GROUP BY 1`,
      [tenantIds],
    );
    return new Map(rows.map((row) => [row.tenant_id, { events: row.events, oldestAt: row.oldest_at }]));
  }

  /** Of one tenant, by peer. */
  async listOfTenant(db: Db): Promise<Map<string, { events: number; oldestAt: Date | null }>> {
    const rows = await db.query<{ peer: string; events: number; oldest_at: Date | null }>(
      `SELECT b.server_name AS peer, sum(b.events)::int AS events, min(b.oldest_at) AS oldest_at
       FROM (${OPEN_LANES} AND l.tenant_id = $1 UNION ALL ${QUEUED_CONTROL} AND tenant_id = $1 UNION ALL ${ASKED_FOR_AGAIN} AND tenant_id = $1) b GROUP BY 1`,
      [db.tenantId],
    );
    return new Map(rows.map((row) => [row.peer, { events: row.events, oldestAt: row.oldest_at }]));
  }
}
