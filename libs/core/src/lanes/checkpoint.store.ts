import { Injectable } from '@nestjs/common';
import type { FleetTx, Tx } from '@scaiwave/database';
import type { RoomId, TenantId } from '@scaiwave/protocol';

export interface RoomName {
  tenant_id: TenantId;
  room_id: RoomId;
}

@Injectable()
export class CheckpointStore {
  /** Rooms that go to other servers, in which nothing has been said since `quietSince`, and whose last event is no checkpoint. */
  listQuiet(fleet: FleetTx, { pool, quietSince, limit }: { pool: string; quietSince: Date; limit: number }): Promise<RoomName[]> {
    return fleet.query<RoomName & Record<string, unknown>>(
      `SELECT r.tenant_id, r.id AS room_id FROM rooms r JOIN tenants t ON t.id = r.tenant_id
       WHERE t.pool = $1 AND t.state = 'active' AND r.host = t.server_name AND r.last_seq > r.checkpoint_seq
         AND EXISTS (SELECT 1 FROM lanes l WHERE l.tenant_id = r.tenant_id AND l.room_id = r.id AND l.kind = 'host' AND l.end_seq IS NULL)
         AND EXISTS (SELECT 1 FROM events e WHERE e.tenant_id = r.tenant_id AND e.room_id = r.id AND e.room_seq = r.last_seq AND e.created_at <= $2)
       LIMIT $3`,
      [pool, quietSince, limit],
    );
  }

  /** Rooms of other hosts whose lane has stopped, and which nobody has compared yet. */
  listUncompared(fleet: FleetTx, { pool, limit }: { pool: string; limit: number }): Promise<RoomName[]> {
    return fleet.query<RoomName & Record<string, unknown>>(
      `SELECT r.tenant_id, r.id AS room_id FROM rooms r JOIN tenants t ON t.id = r.tenant_id
       WHERE t.pool = $1 AND t.state = 'active' AND r.lane_state = 'stopped' AND NOT (r.lane_error ? 'compared_at') LIMIT $2`,
      [pool, limit],
    );
  }

  /** Returns false if the lane was resumed, or compared, meanwhile. */
  async markCompared(tx: Tx, compared: { roomId: string; found: Record<string, unknown> }): Promise<boolean> {
    const count = await tx.execute(
      `UPDATE rooms SET lane_error = lane_error || $3::jsonb WHERE tenant_id = $1 AND id = $2 AND lane_state = 'stopped' AND NOT (lane_error ? 'compared_at')`,
      [tx.tenantId, compared.roomId, JSON.stringify(compared.found)],
    );
    return count === 1;
  }
}
