import { Injectable } from '@nestjs/common';
import type { Db, FleetTx, Tx } from '@scaiwave/database';
import type { ServerName, TenantId } from '@scaiwave/protocol';
import { EVENT_COLUMNS, type EventRow } from '../events/index.js';

@Injectable()
export class HiddenEventStore {
  /** Servers of whose events some are stored unverified. */
  listOrigins(fleet: FleetTx, pool: string, limit: number): Promise<Array<{ tenant_id: TenantId; origin: ServerName }>> {
    return fleet.query(
      `SELECT DISTINCT e.tenant_id, e.origin FROM events e JOIN tenants t ON t.id = e.tenant_id
       WHERE e.hidden = 'unverified' AND t.pool = $1 AND t.state = 'active' LIMIT $2`,
      [pool, limit],
    );
  }

  listUnverified(db: Db, origin: string, limit: number): Promise<EventRow[]> {
    return db.query<EventRow>(
      `SELECT ${EVENT_COLUMNS} FROM events WHERE tenant_id = $1 AND origin = $2 AND hidden = 'unverified' ORDER BY room_id, room_seq LIMIT $3`,
      [db.tenantId, origin, limit],
    );
  }

  /** Their signatures hold: shown from now on, and new to clients; or hidden for another reason. */
  markVerified(tx: Tx, roomId: string, { ids, hidden }: { ids: readonly string[]; hidden: EventRow['hidden'] }): Promise<EventRow[]> {
    return tx.query<EventRow>(
      `UPDATE events SET hidden = $4, stream_position = nextval('stream_position_seq'), xid = pg_current_xact_id()
       WHERE tenant_id = $1 AND room_id = $2 AND id = ANY($3::uuid[]) AND hidden = 'unverified' RETURNING ${EVENT_COLUMNS}`,
      [tx.tenantId, roomId, ids, hidden],
    );
  }

  async deleteEvents(tx: Tx, roomId: string, ids: readonly string[]): Promise<void> {
    await tx.execute(`DELETE FROM events WHERE tenant_id = $1 AND room_id = $2 AND id = ANY($3::uuid[]) AND hidden = 'unverified'`, [tx.tenantId, roomId, ids]);
  }
}
