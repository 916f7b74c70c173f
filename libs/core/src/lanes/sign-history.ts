import { Injectable } from '@nestjs/common';
import { Database, type FleetTx } from '@scaiwave/database';
import type { RoomId, TenantId } from '@scaiwave/protocol';
import { EventStore } from '../events/index.js';
import { KeyringError } from '../keys/index.js';
import { LocalTenants } from '../peers/outbound/local-tenants.js';
import type { TenantContext } from '../tenants/index.js';
import { SignEvents } from './sign-events.js';

const SLICE = 500;

/** A room that was local until now gets its history signed, newest first: somebody abroad is about to ask for it. So does what was given up without ever being sent. */
@Injectable()
export class SignHistory {
  private readonly running = new Set<string>();

  constructor(
    private readonly db: Database,
    private readonly events: EventStore,
    private readonly sign: SignEvents,
    private readonly tenants: LocalTenants,
  ) {}

  async runById(tenantId: TenantId, roomId: RoomId): Promise<void> {
    const tenant = await this.tenants.findById(tenantId);
    if (tenant) await this.run(tenant, roomId);
  }

  async run(tenant: TenantContext, roomId: RoomId): Promise<void> {
    const key = `${tenant.id} ${roomId}`;
    if (this.running.has(key)) return;
    this.running.add(key);
    try {
      while ((await this.slice(tenant, roomId)) === SLICE);
    } catch (error) {
      // Drains of this tenant say so already; the sweep comes back.
      if (!(error instanceof KeyringError)) throw error;
    } finally {
      this.running.delete(key);
    }
  }

  /** Rooms of one pool that are hosted here and hold unsigned events from before a lane, or such that it gave up before their first send: backfill is asked for both. */
  listRooms(fleet: FleetTx, pool: string, limit: number): Promise<Array<{ tenant_id: TenantId; room_id: RoomId }>> {
    return fleet.query(
      `SELECT DISTINCT l.tenant_id, l.room_id FROM lanes l JOIN tenants t ON t.id = l.tenant_id
       WHERE l.kind = 'host' AND t.pool = $1 AND t.state = 'active'
         AND EXISTS (SELECT 1 FROM events e WHERE e.tenant_id = l.tenant_id AND e.room_id = l.room_id AND e.jws IS NULL AND e.room_seq <= GREATEST(l.start_seq - 1, l.acked_seq))
       LIMIT $2`,
      [pool, limit],
    );
  }

  private slice(tenant: TenantContext, roomId: RoomId): Promise<number> {
    return this.db.forTenant(tenant.id, async (tx) => {
      const unsigned = await this.events.listUnsigned(tx, roomId, SLICE);
      await this.sign.run(tx, tenant, unsigned);
      return unsigned.length;
    });
  }
}
