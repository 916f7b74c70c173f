import { Injectable } from '@nestjs/common';
import type { Db, FleetTx, Tx } from '@scaiwave/database';
import type { ServerName, TenantId } from '@scaiwave/protocol';
import type { StandingFacts } from '../../policy/peer-standing.js';

/** A tenant that is being deleted. */
export interface LeavingTenant {
  id: TenantId;
  server_name: ServerName;
  drain_until: Date;
  drops_queue: boolean;
  [column: string]: unknown;
}

/** A peer of it. */
export type LeavingPeer = StandingFacts & { server_name: ServerName; [column: string]: unknown };

/** What a tenant that is being deleted still has with others. */
@Injectable()
export class LeavingStore {
  listLeaving(fleet: FleetTx, pool: string): Promise<LeavingTenant[]> {
    return fleet.query<LeavingTenant>(`SELECT id, server_name, drain_until, drops_queue FROM tenants WHERE state = 'deleting' AND pool = $1 AND drain_until IS NOT NULL ORDER BY drain_until LIMIT 50`, [pool]);
  }

  /** Peers with which rooms or invitations are shared, or for which something waits, and from which it has not parted, or not to the end: the farewell comes last. Whom the admin has blocked is told nothing. */
  listUnparted(db: Db): Promise<LeavingPeer[]> {
    return db.query<LeavingPeer>(
      `SELECT p.server_name, p.admin_state, p.declaration FROM peers p JOIN tenants t ON t.id = p.tenant_id AND t.server_name <> p.server_name
       WHERE p.tenant_id = $1 AND (EXISTS (SELECT 1 FROM severings s WHERE s.tenant_id = $1 AND s.server_name = p.server_name AND s.finished_at IS NULL)
         OR p.admin_state IN ('active', 'paused') AND (EXISTS (SELECT 1 FROM lanes l JOIN rooms r ON r.tenant_id = l.tenant_id AND r.id = l.room_id
             WHERE l.tenant_id = $1 AND l.server_name = p.server_name AND (l.end_seq IS NULL OR l.acked_seq < l.end_seq))
           OR EXISTS (SELECT 1 FROM control_events c WHERE c.tenant_id = $1 AND c.server_name = p.server_name AND c.state = 'queued')
           OR EXISTS (SELECT 1 FROM invitations i WHERE i.tenant_id = $1 AND i.state IN ('sending', 'pending')
             AND p.server_name IN (i.host, i.asked_by, substring(i.invitee FROM position(':' IN i.invitee) + 1)))))
       ORDER BY p.server_name`,
      [db.tenantId],
    );
  }

  /** There is little time: whoever is away is tried this soon again, whatever was agreed before. */
  async hasten(tx: Tx, by: Date): Promise<void> {
    await tx.execute('UPDATE peers SET next_attempt_at = $2 WHERE tenant_id = $1 AND next_attempt_at > $2', [tx.tenantId, by]);
  }

  /** All peers by name, with what decides whether anything goes to them. */
  async listFacts(db: Db): Promise<Map<string, LeavingPeer>> {
    const rows = await db.query<LeavingPeer>('SELECT server_name, admin_state, declaration FROM peers WHERE tenant_id = $1', [db.tenantId]);
    return new Map(rows.map((row) => [row.server_name, row]));
  }
}
