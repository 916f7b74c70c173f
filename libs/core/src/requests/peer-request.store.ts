import { Injectable } from '@nestjs/common';
import type { Db, FleetTx, Tx } from '@scaiwave/database';
import type { ServerName, TenantId } from '@scaiwave/protocol';

export const PEER_REQUEST_KINDS = ['descriptor', 'profile', 'members', 'backfill', 'directory', 'status', 'media', 'hello'] as const;
export type PeerRequestKind = (typeof PEER_REQUEST_KINDS)[number];

/** A row of `peer_requests`: what the API needs from a peer and only a worker may fetch. */
export interface PeerRequestRow {
  id: string;
  kind: PeerRequestKind;
  server_name: ServerName;
  params: Record<string, unknown>;
  state: 'waiting' | 'done' | 'failed';
  answer: unknown;
  error_code: string | null;
  /** who refused: `us` or the peer's server_name */
  error_text: string | null;
  deadline_at: Date;
}

export interface NewPeerRequest {
  id: string;
  kind: PeerRequestKind;
  serverName: ServerName;
  params: Record<string, unknown>;
  deadlineAt: Date;
  at: Date;
}

@Injectable()
export class PeerRequestStore {
  async findRequest(db: Db, id: string): Promise<PeerRequestRow | null> {
    return db.queryOne<PeerRequestRow>(
      'SELECT id, kind, server_name, params, state, answer, error_code, error_text, deadline_at FROM peer_requests WHERE tenant_id = $1 AND id = $2',
      [db.tenantId, id],
    );
  }

  async insertRequest(tx: Tx, request: NewPeerRequest): Promise<void> {
    await tx.execute(
      'INSERT INTO peer_requests (tenant_id, id, kind, server_name, params, deadline_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)',
      [tx.tenantId, request.id, request.kind, request.serverName, JSON.stringify(request.params), request.deadlineAt, request.at],
    );
  }

  /** An answer counts once; one that comes after another changes nothing. */
  async markDone(tx: Tx, id: string, done: { answer: unknown; at: Date }): Promise<void> {
    await tx.execute(`UPDATE peer_requests SET state = 'done', answer = $3, done_at = $4 WHERE tenant_id = $1 AND id = $2 AND state = 'waiting'`, [
      tx.tenantId, id, JSON.stringify(done.answer ?? null), done.at,
    ]);
  }

  async markFailed(tx: Tx, id: string, failure: { code: string; by: string; at: Date }): Promise<void> {
    await tx.execute(
      `UPDATE peer_requests SET state = 'failed', error_code = $3, error_text = $4, done_at = $5 WHERE tenant_id = $1 AND id = $2 AND state = 'waiting'`,
      [tx.tenantId, id, failure.code, failure.by, failure.at],
    );
  }

  /** Nobody waits any more for what was asked before `before`. */
  async deleteOlder(tx: Tx, before: Date): Promise<void> {
    await tx.execute('DELETE FROM peer_requests WHERE tenant_id = $1 AND deadline_at < $2', [tx.tenantId, before]);
  }

  /** Requests of one pool whose wake-up may have been lost. */
  listWaiting(fleet: FleetTx, due: { pool: string; now: Date; madeBefore: Date; limit: number }): Promise<Array<{ tenant_id: TenantId; id: string }>> {
    return fleet.query(
      `SELECT r.tenant_id, r.id FROM peer_requests r JOIN tenants t ON t.id = r.tenant_id
       WHERE r.state = 'waiting' AND r.deadline_at > $2 AND r.created_at <= $3 AND t.pool = $1 AND t.state = 'active' ORDER BY r.deadline_at LIMIT $4`,
      [due.pool, due.now, due.madeBefore, due.limit],
    );
  }

  /** Tenants with requests that are over for an hour. */
  async listTenantsWithOld(fleet: FleetTx, before: Date): Promise<TenantId[]> {
    const rows = await fleet.query<{ tenant_id: TenantId }>('SELECT DISTINCT tenant_id FROM peer_requests WHERE deadline_at < $1 LIMIT 1000', [before]);
    return rows.map((row) => row.tenant_id);
  }

  /** Peers with which a tenant has an open lane: they share a room. */
  listSharing(fleet: FleetTx): Promise<Array<{ tenant_id: TenantId; server_name: ServerName }>> {
    return fleet.query(
      `SELECT DISTINCT l.tenant_id, l.server_name FROM lanes l JOIN tenants t ON t.id = l.tenant_id
         JOIN peers p ON p.tenant_id = l.tenant_id AND p.server_name = l.server_name
       WHERE t.state = 'active' AND p.admin_state = 'active' AND (l.end_seq IS NULL OR l.acked_seq < l.end_seq)`,
    );
  }
}
