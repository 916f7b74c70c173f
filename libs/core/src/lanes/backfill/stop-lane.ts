import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { Clock, Logger } from '@scaiwave/telemetry';
import { Audit } from '../../audit/index.js';
import { RoomStore, type RoomRow } from '../../rooms/index.js';
import type { TenantContext } from '../../tenants/index.js';

/** The host's history does not lead to what its lane brought: nothing more of the room is taken until an admin resumes it. */
@Injectable()
export class StopLane {
  constructor(
    private readonly db: Database,
    private readonly rooms: RoomStore,
    private readonly audit: Audit,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  async run(tenant: TenantContext, room: RoomRow, roomSeq: number): Promise<void> {
    const code = 'SW_FED_CHAIN_MISMATCH';
    const error = { code, reason: 'its history does not lead to what it sent', room_seq: roomSeq, event_id: null, at: this.clock.now() };
    await this.db.forTenant(tenant.id, async (tx) => {
      await this.rooms.markLaneStopped(tx, room.id, error);
      await this.audit.write(tx, { actor: room.host, action: 'lane.stopped', subject: room.id, details: error });
    });
    this.logger.warn({ tenantId: tenant.id, peerId: room.host, roomId: room.id, code, roomSeq }, 'The history of a room does not fit; its lane is stopped.');
  }
}
