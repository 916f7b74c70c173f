import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import { Clock, Logger } from '@scaiwave/telemetry';
import { Audit } from '../audit/index.js';
import { LaneStore, type LaneRow } from './lane.store.js';

/** The two servers do not hold the same history: nothing of that room goes out until an admin lets it, and both see it. */
@Injectable()
export class StopOutboundLane {
  constructor(
    private readonly lanes: LaneStore,
    private readonly audit: Audit,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  async run(tx: Tx, lane: Pick<LaneRow, 'server_name' | 'room_id' | 'acked_seq'>, code: string): Promise<void> {
    const isNews = await this.lanes.markStopped(tx, { serverName: lane.server_name, roomId: lane.room_id, code, at: this.clock.date() });
    if (!isNews) return;
    await this.audit.write(tx, { actor: lane.server_name, action: 'lane.stopped', subject: lane.room_id, details: { code, acked_seq: lane.acked_seq } });
    this.logger.warn({ tenantId: tx.tenantId, peerId: lane.server_name, roomId: lane.room_id, code }, 'A lane stopped: the two servers do not hold the same history.');
  }
}
