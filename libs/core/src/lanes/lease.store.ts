import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import type { ServerName } from '@scaiwave/protocol';
import { FINE, PEER_COLUMNS, type PeerRow } from '../peers/index.js';

/** The right to drain one peer. Every cursor write checks its number: a worker that was thought dead cannot move what is no longer its. */
export interface Lease {
  serverName: ServerName;
  fence: number;
}

/** Another worker has taken over the peer: nothing of this transaction may count. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

@Injectable()
export class LeaseStore {
  /** The peer's row, whose lease_fence is the new number; null while another worker holds it. A worker that comes back to its own lease gets a new number, too. */
  async acquire(tx: Tx, wanted: { serverName: ServerName; worker: string; now: Date; until: Date }): Promise<PeerRow | null> {
    return tx.queryOne<PeerRow>(
      `UPDATE peers SET lease_worker = $3, lease_fence = lease_fence + 1, lease_until = $5
       WHERE tenant_id = $1 AND server_name = $2 AND (lease_until IS NULL OR lease_until <= $4 OR lease_worker = $3) RETURNING ${PEER_COLUMNS}`,
      [tx.tenantId, wanted.serverName, wanted.worker, wanted.now, wanted.until],
    );
  }

  /**
   * Holds the lease until the transaction ends and prolongs it. Last in every transaction that settles, after rooms and lanes are locked.
   * @throws LeaseLost
   */
  async confirm(tx: Tx, lease: Lease, until: Date): Promise<void> {
    const count = await tx.execute('UPDATE peers SET lease_until = $4 WHERE tenant_id = $1 AND server_name = $2 AND lease_fence = $3', [
      tx.tenantId, lease.serverName, lease.fence, until,
    ]);
    if (count !== 1) throw new LeaseLost(`The lease ${lease.fence} of ${lease.serverName} was lost.`);
  }

  /** The same, after the peer has answered as it should. `until` null gives the lease back. @throws LeaseLost */
  async confirmSuccess(tx: Tx, lease: Lease, at: { now: Date; until: Date | null }): Promise<void> {
    const count = await tx.execute(
      `UPDATE peers SET lease_until = $4, last_success_at = $5, ${FINE}
       WHERE tenant_id = $1 AND server_name = $2 AND lease_fence = $3`,
      [tx.tenantId, lease.serverName, lease.fence, at.until, at.now],
    );
    if (count !== 1) throw new LeaseLost(`The lease ${lease.fence} of ${lease.serverName} was lost.`);
  }

  async release(tx: Tx, lease: Lease): Promise<void> {
    await tx.execute('UPDATE peers SET lease_until = NULL WHERE tenant_id = $1 AND server_name = $2 AND lease_fence = $3', [tx.tenantId, lease.serverName, lease.fence]);
  }
}
