import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';

export interface IdempotencyRow {
  request_hash: Buffer;
  status: number | null;
  body: string | null;
}

interface Key {
  participantId: string;
  key: string;
}

const KEPT_MS = 86_400_000;
const ABANDONED_MS = 60_000;

@Injectable()
export class IdempotencyStore {
  /** Null if the key is ours now: unused, older than a day, or left behind by a process that died over it. Else what was done under it. */
  async claim(tx: Tx, claim: Key & { hash: Buffer; at: Date }): Promise<IdempotencyRow | null> {
    const params = [tx.tenantId, claim.participantId, claim.key];
    const [over, abandoned] = [new Date(claim.at.getTime() - KEPT_MS), new Date(claim.at.getTime() - ABANDONED_MS)];
    await tx.query('DELETE FROM idempotency_keys WHERE tenant_id = $1 AND participant_id = $2 AND created_at < $3', [tx.tenantId, claim.participantId, over]);
    const claimed = await tx.execute(
      `INSERT INTO idempotency_keys (tenant_id, participant_id, key, request_hash, created_at) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (tenant_id, participant_id, key) DO UPDATE SET request_hash = $4, created_at = $5 WHERE idempotency_keys.status IS NULL AND idempotency_keys.created_at < $6`,
      [...params, claim.hash, claim.at, abandoned],
    );
    if (claimed === 1) return null;
    return tx.queryOne('SELECT request_hash, status, body FROM idempotency_keys WHERE tenant_id = $1 AND participant_id = $2 AND key = $3', params) as Promise<IdempotencyRow | null>;
  }

  async markDone(tx: Tx, done: Key & { status: number; body: string | null }): Promise<void> {
    await tx.query('UPDATE idempotency_keys SET status = $4, body = $5 WHERE tenant_id = $1 AND participant_id = $2 AND key = $3', [tx.tenantId, done.participantId, done.key, done.status, done.body]);
  }

  async release(tx: Tx, { participantId, key }: Key): Promise<void> {
    await tx.query('DELETE FROM idempotency_keys WHERE tenant_id = $1 AND participant_id = $2 AND key = $3', [tx.tenantId, participantId, key]);
  }
}
