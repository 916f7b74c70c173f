import { Injectable } from '@nestjs/common';
import type { Db, Tx } from '@scaiwave/database';
import type { ServerName, TrustMode } from '@scaiwave/protocol';
import type { PeerAdminState, PeerKeyRow, PeerPin, PeerRow, PeerVerdict } from './peer-row.js';

/** Of `peers`, as PeerRow has them. */
export const PEER_COLUMNS = `tenant_id, server_name, admin_state, declaration, declaration_resource, endpoint_url, trust_mode, pins, descriptor, descriptor_fetched_at, descriptor_valid_until,
  key_changed_at, last_seen_at, last_success_at, last_error_code, last_error_message, last_error_at, verdict, failing_since, probing_since, asked_to_wait_until, attempts, next_attempt_at,
  lease_fence, has_redelivery, resumed_at, created_at`;

/** What a peer's row says of failures, when it is fine. */
export const FINE = 'verdict = NULL, failing_since = NULL, probing_since = NULL, asked_to_wait_until = NULL, attempts = 0, next_attempt_at = NULL';

const MAY_BE_DUE = 'next_attempt_at > $3 AND (asked_to_wait_until IS NULL OR asked_to_wait_until <= $3)';

export interface PeerFailure {
  serverName: ServerName;
  verdict: PeerVerdict;
  code: string;
  message: string;
  at: Date;
  nextAttemptAt: Date;
  /** when the request that failed had left */
  sentAt: Date;
  /** what the peer asked for, if it named a time */
  askedToWaitUntil: Date | null;
}

@Injectable()
export class PeerStore {
  async findPeer(db: Db, serverName: string): Promise<PeerRow | null> {
    return db.queryOne<PeerRow>(`SELECT ${PEER_COLUMNS} FROM peers WHERE tenant_id = $1 AND server_name = $2`, [db.tenantId, serverName]);
  }

  /** Holds the peer's row until the transaction ends. */
  async lockPeer(tx: Tx, serverName: string): Promise<PeerRow | null> {
    return tx.queryOne<PeerRow>(`SELECT ${PEER_COLUMNS} FROM peers WHERE tenant_id = $1 AND server_name = $2 FOR UPDATE`, [tx.tenantId, serverName]);
  }

  listKeys(db: Db, serverName: string): Promise<PeerKeyRow[]> {
    return db.query<PeerKeyRow>(
      'SELECT kid, public_key, state, valid_from, valid_until, first_seen_at FROM peer_keys WHERE tenant_id = $1 AND server_name = $2 ORDER BY first_seen_at, kid',
      [db.tenantId, serverName],
    );
  }

  async ensurePeer(tx: Tx, serverName: string, at: Date): Promise<void> {
    await tx.execute('INSERT INTO peers (tenant_id, server_name, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [tx.tenantId, serverName, at]);
  }

  async markDescriptor(tx: Tx, found: { serverName: string; text: string; at: Date; validUntil: Date }): Promise<void> {
    await tx.execute(
      `UPDATE peers SET descriptor = $3, descriptor_fetched_at = $4, descriptor_valid_until = $5, key_changed_at = NULL WHERE tenant_id = $1 AND server_name = $2`,
      [tx.tenantId, found.serverName, found.text, found.at, found.validUntil],
    );
  }

  /** Returns whether it is news. */
  async markKeyChanged(tx: Tx, serverName: string, at: Date): Promise<boolean> {
    const before = await tx.queryOne<{ key_changed_at: Date | null }>('SELECT key_changed_at FROM peers WHERE tenant_id = $1 AND server_name = $2 FOR UPDATE', [tx.tenantId, serverName]);
    await tx.execute('UPDATE peers SET key_changed_at = $3 WHERE tenant_id = $1 AND server_name = $2', [tx.tenantId, serverName, at]);
    return before?.key_changed_at === null;
  }

  async upsertKey(tx: Tx, serverName: string, key: PeerKeyRow): Promise<void> {
    await tx.execute(
      `INSERT INTO peer_keys (tenant_id, server_name, kid, public_key, state, valid_from, valid_until, first_seen_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
       ON CONFLICT (tenant_id, server_name, kid) DO UPDATE SET state = $5, valid_from = $6, valid_until = $7`,
      [tx.tenantId, serverName, key.kid, key.public_key, key.state, key.valid_from, key.valid_until, key.first_seen_at],
    );
  }

  async deleteKeys(tx: Tx, serverName: string): Promise<void> {
    await tx.execute('DELETE FROM peer_keys WHERE tenant_id = $1 AND server_name = $2', [tx.tenantId, serverName]);
  }

  /**
   * Any valid inbound request: the peer is there, so whatever waits for it is due now, unless it has named a time itself. That we can reach
   * it is not said by that: it is failing since it was. Returns whether anything has become due.
   */
  async markSeen(tx: Tx, serverName: string, at: Date): Promise<boolean> {
    const seen = `UPDATE peers SET last_seen_at = $3, probing_since = CASE WHEN verdict = 'down' THEN $3 ELSE probing_since END`;
    const woken = await tx.execute(
      `${seen}, next_attempt_at = $3 WHERE tenant_id = $1 AND server_name = $2 AND ${MAY_BE_DUE}`,
      [tx.tenantId, serverName, at],
    );
    if (woken > 0) return true;
    await tx.execute(`${seen} WHERE tenant_id = $1 AND server_name = $2 AND (last_seen_at IS NULL OR last_seen_at < $3)`, [tx.tenantId, serverName, at]);
    return false;
  }

  /** It has answered something: what waits for it is tried now, unless it has named a time itself. */
  async markAnswering(tx: Tx, serverName: string, at: Date): Promise<void> {
    await tx.execute(`UPDATE peers SET next_attempt_at = $3 WHERE tenant_id = $1 AND server_name = $2 AND ${MAY_BE_DUE}`, [tx.tenantId, serverName, at]);
  }

  /** Returns whether it is due again at once: it has said something since the request left, and a peer that is not due cannot be woken. */
  async markFailing(tx: Tx, failure: PeerFailure): Promise<boolean> {
    const row = await tx.queryOne<{ is_due: boolean }>(
      `UPDATE peers SET verdict = $3, last_error_code = $4, last_error_message = $5, last_error_at = $6, failing_since = COALESCE(failing_since, $6),
         probing_since = COALESCE(probing_since, failing_since, $6), attempts = attempts + 1, asked_to_wait_until = $9,
         next_attempt_at = CASE WHEN $3 <> 'busy' AND last_seen_at > $8 THEN $6 ELSE $7 END
       WHERE tenant_id = $1 AND server_name = $2 RETURNING next_attempt_at <= $6 AS is_due`,
      [
        tx.tenantId, failure.serverName, failure.verdict, failure.code, failure.message.slice(0, 500), failure.at, failure.nextAttemptAt, failure.sentAt,
        failure.askedToWaitUntil,
      ],
    );
    return row?.is_due === true;
  }

  async markFine(tx: Tx, serverName: string, at: Date): Promise<void> {
    await tx.execute(
      `UPDATE peers SET ${FINE}, last_success_at = $3 WHERE tenant_id = $1 AND server_name = $2`,
      [tx.tenantId, serverName, at],
    );
  }

  async markError(tx: Tx, error: { serverName: string; code: string; message: string; at: Date }): Promise<void> {
    await tx.execute('UPDATE peers SET last_error_code = $3, last_error_message = $4, last_error_at = $5 WHERE tenant_id = $1 AND server_name = $2', [
      tx.tenantId, error.serverName, error.code, error.message.slice(0, 500), error.at,
    ]);
  }

  async markAdminState(tx: Tx, serverName: string, state: PeerAdminState): Promise<void> {
    await tx.execute('UPDATE peers SET admin_state = $3 WHERE tenant_id = $1 AND server_name = $2', [tx.tenantId, serverName, state]);
  }

  async markDueNow(tx: Tx, serverName: string, at: Date): Promise<void> {
    await tx.execute('UPDATE peers SET next_attempt_at = $3 WHERE tenant_id = $1 AND server_name = $2 AND next_attempt_at IS NOT NULL', [tx.tenantId, serverName, at]);
  }

  async markNextAttempt(tx: Tx, serverName: string, at: Date): Promise<void> {
    await tx.execute('UPDATE peers SET next_attempt_at = $3 WHERE tenant_id = $1 AND server_name = $2', [tx.tenantId, serverName, at]);
  }

  async markTrust(tx: Tx, trust: { serverName: string; mode: TrustMode; pins: PeerPin[] }): Promise<void> {
    await tx.execute('UPDATE peers SET trust_mode = $3, pins = $4 WHERE tenant_id = $1 AND server_name = $2', [tx.tenantId, trust.serverName, trust.mode, JSON.stringify(trust.pins)]);
  }
}
