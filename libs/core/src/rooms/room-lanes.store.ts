import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';

/** Begins and ends the outbound lanes of a room; how they are drained is the lanes feature's. */
@Injectable()
export class RoomLanes {
  /** The room's log goes to `serverName` from `seq` on; a lane that had ended begins anew there, with prev_seq 0. */
  async startHostLane(tx: Tx, lane: { roomId: string; serverName: string; seq: number; at: Date }): Promise<void> {
    await this.ensurePeer(tx, lane.serverName, lane.at);
    await tx.query(
      `INSERT INTO lanes (tenant_id, server_name, room_id, kind, acked_seq, prev_seq, start_seq, updated_at) VALUES ($1, $2, $3, 'host', $4::bigint - 1, 0, $4, $5)
       ON CONFLICT (tenant_id, server_name, room_id) DO UPDATE SET kind = 'host', acked_seq = $4::bigint - 1, prev_seq = 0, start_seq = $4, end_seq = NULL,
         state = 'ok', stop_code = NULL, updated_at = $5`,
      [tx.tenantId, lane.serverName, lane.roomId, lane.seq, lane.at],
    );
  }

  /** `seq` is the last place that `serverName` gets. */
  async endHostLane(tx: Tx, lane: { roomId: string; serverName: string; seq: number; at: Date }): Promise<void> {
    await tx.query(
      `UPDATE lanes SET end_seq = $4, updated_at = $5 WHERE tenant_id = $1 AND server_name = $2 AND room_id = $3 AND kind = 'host'`,
      [tx.tenantId, lane.serverName, lane.roomId, lane.seq, lane.at],
    );
  }

  /** Our own people's events go to the room's host; the cursor stays where it was when the lane existed before. */
  async startMemberLane(tx: Tx, lane: { roomId: string; host: string; at: Date }): Promise<void> {
    await this.ensurePeer(tx, lane.host, lane.at);
    await tx.query(
      `INSERT INTO lanes (tenant_id, server_name, room_id, kind, acked_seq, start_seq, updated_at) VALUES ($1, $2, $3, 'member', 0, 1, $4)
       ON CONFLICT (tenant_id, server_name, room_id) DO UPDATE SET end_seq = NULL, state = 'ok', stop_code = NULL, updated_at = $4`,
      [tx.tenantId, lane.host, lane.roomId, lane.at],
    );
  }

  private async ensurePeer(tx: Tx, serverName: string, at: Date): Promise<void> {
    await tx.query('INSERT INTO peers (tenant_id, server_name, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [tx.tenantId, serverName, at]);
  }
}
