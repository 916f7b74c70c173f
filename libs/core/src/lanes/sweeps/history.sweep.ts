import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { ControlInboxStore } from '../../inbox/index.js';
import { LocalTenants } from '../../peers/outbound/local-tenants.js';
import { Backfill } from '../backfill/backfill.js';
import { HistoryStore } from '../backfill/history.store.js';
import { HiddenEventStore } from '../hidden-event.store.js';
import { SignHistory } from '../sign-history.js';
import { VerifyHandedOn } from '../verify-handed-on.js';
import { VerifyHidden } from '../verify-hidden.js';
import { DeliverySweepSettings } from './delivery.sweep.js';

const MOST_AT_ONCE = 50;

@Injectable()
export class HistoryJobs {
  constructor(
    readonly sign: SignHistory,
    readonly backfill: Backfill,
    readonly verify: VerifyHidden,
    readonly handedOn: VerifyHandedOn,
  ) {}
}

@Injectable()
export class HistoryStores {
  constructor(
    readonly history: HistoryStore,
    readonly hidden: HiddenEventStore,
    readonly controls: ControlInboxStore,
  ) {}
}

/** History that is to be signed, fetched or verified. */
@Injectable()
export class HistorySweep {
  constructor(
    private readonly db: Database,
    private readonly jobs: HistoryJobs,
    private readonly stores: HistoryStores,
    private readonly tenants: LocalTenants,
    private readonly settings: DeliverySweepSettings,
  ) {}

  async unsigned(): Promise<void> {
    const { pool } = this.settings.options;
    const rooms = await this.db.acrossTenants('rooms with unsigned history', (fleet) => this.jobs.sign.listRooms(fleet, pool, MOST_AT_ONCE));
    for (const room of rooms) {
      const tenant = await this.tenants.findById(room.tenant_id);
      if (tenant) this.settings.tasks.background(this.jobs.sign.run(tenant, room.room_id), 'sign history');
    }
  }

  async wanted(): Promise<void> {
    const { pool } = this.settings.options;
    const rooms = await this.db.acrossTenants('rooms whose history is wanted', (fleet) => this.stores.history.listWanted(fleet, pool, MOST_AT_ONCE));
    for (const room of rooms) {
      const tenant = await this.tenants.findById(room.tenant_id);
      if (tenant) this.settings.tasks.background(this.jobs.backfill.runIfDue(tenant, room.id), 'backfill');
    }
  }

  async hidden(): Promise<void> {
    const { pool } = this.settings.options;
    const origins = await this.db.acrossTenants('events stored unverified', (fleet) => this.stores.hidden.listOrigins(fleet, pool, MOST_AT_ONCE));
    for (const { tenant_id: tenantId, origin } of origins) {
      const tenant = await this.tenants.findById(tenantId);
      if (tenant) this.settings.tasks.background(this.jobs.verify.run(tenant, origin), 'verify hidden');
    }
  }

  async handedOn(): Promise<void> {
    const { pool } = this.settings.options;
    const origins = await this.db.acrossTenants('answers stored unverified', (fleet) => this.stores.controls.listUnverifiedOrigins(fleet, pool, MOST_AT_ONCE));
    for (const { tenant_id: tenantId, origin } of origins) {
      const tenant = await this.tenants.findById(tenantId);
      if (tenant) this.settings.tasks.background(this.jobs.handedOn.run(tenant, origin), 'verify handed on');
    }
  }
}
