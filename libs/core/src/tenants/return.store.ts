import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import { DELETION } from './delete-tenant.js';

/** What has to be done for a tenant that was suspended or deleted before it is active again. */
@Injectable()
export class ReturnStore {
  /** What the deletion of the tenant itself has ended is open again; what an admin has removed is not. */
  async reopenParted(tx: Tx): Promise<void> {
    await tx.execute(
      `UPDATE peers p SET admin_state = 'active' WHERE tenant_id = $1 AND admin_state = 'removed'
         AND (SELECT s.actor FROM severings s WHERE s.tenant_id = $1 AND s.server_name = p.server_name ORDER BY s.started_at DESC, s.id DESC LIMIT 1) = $2
         AND NOT EXISTS (SELECT 1 FROM severings s WHERE s.tenant_id = $1 AND s.server_name = p.server_name AND s.finished_at IS NULL)`,
      [tx.tenantId, DELETION]);
  }

  /** Whoever shares a room was told to come again later, or has given up for a while: a hello, said at `at`, tells that now is the time. */
  async insertHellos(tx: Tx, { at, deadline }: { at: Date; deadline: Date }): Promise<void> {
    await tx.execute(
      `INSERT INTO peer_requests (tenant_id, id, kind, server_name, params, deadline_at, created_at)
       SELECT $1, gen_random_uuid(), 'hello', p.server_name, '{}', $3, $2 FROM peers p WHERE p.tenant_id = $1 AND p.admin_state = 'active'
         AND EXISTS (SELECT 1 FROM lanes l WHERE l.tenant_id = $1 AND l.server_name = p.server_name AND (l.end_seq IS NULL OR l.acked_seq < l.end_seq))`,
      [tx.tenantId, at, deadline]);
  }
}
