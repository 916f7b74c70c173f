import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import type { ServerName, TenantId } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import { DeliveryOptions } from '../../peers/outbound/delivery-options.js';
import { PeerRequestStore } from '../../requests/index.js';
import { AnswerRequest } from '../answers/answer-request.js';
import { BackgroundTasks } from '../background-tasks.js';
import { DrainPeer } from '../drain-peer.js';
import { LaneStore } from '../lane.store.js';

const MOST_AT_ONCE = 100;
/** A wake-up gets this long before the sweep takes a request into its own hands. */
const WAKE_UP_MS = 500;

@Injectable()
export class DeliverySweepStores {
  constructor(
    readonly lanes: LaneStore,
    readonly requests: PeerRequestStore,
  ) {}
}

/** What the sweeps need of the process. */
@Injectable()
export class DeliverySweepSettings {
  constructor(
    readonly options: DeliveryOptions,
    readonly clock: Clock,
    readonly tasks: BackgroundTasks,
  ) {}
}

/** Peers and requests that are due, found in Postgres. Works without Redis. */
@Injectable()
export class DeliverySweep {
  constructor(
    private readonly db: Database,
    private readonly stores: DeliverySweepStores,
    private readonly drain: DrainPeer,
    private readonly answer: AnswerRequest,
    private readonly settings: DeliverySweepSettings,
  ) {}

  /** Starts the drains and does not wait for them: one slow peer must not hold the sweep. */
  async duePeers(): Promise<void> {
    const due = { pool: this.settings.options.pool, now: this.settings.clock.date(), limit: MOST_AT_ONCE };
    const peers = await this.db.acrossTenants('peers that are due', (fleet) => this.stores.lanes.listDuePeers(fleet, due));
    this.start(peers);
  }

  async overdue(): Promise<void> {
    const due = { pool: this.settings.options.pool, now: this.settings.clock.date(), patienceMs: this.settings.options.giveUpAfterMs, limit: MOST_AT_ONCE };
    const peers = await this.db.acrossTenants('events that are too old', (fleet) => this.stores.lanes.listOverduePeers(fleet, due));
    for (const peer of peers) this.settings.tasks.background(this.drain.run(peer.tenant_id, peer.server_name, { hasOverdue: true }), 'give up');
  }

  async requests(): Promise<void> {
    const now = this.settings.clock.now();
    const due = { pool: this.settings.options.pool, now: new Date(now), madeBefore: new Date(now - WAKE_UP_MS), limit: MOST_AT_ONCE };
    const rows = await this.db.acrossTenants('requests whose wake-up was lost', (fleet) => this.stores.requests.listWaiting(fleet, due));
    for (const row of rows) this.settings.tasks.background(this.answer.run(row.tenant_id, row.id), 'request');
  }

  private start(peers: ReadonlyArray<{ tenant_id: TenantId; server_name: ServerName }>): void {
    for (const peer of peers) {
      if (!this.drain.isRunning(peer.tenant_id, peer.server_name)) this.settings.tasks.background(this.drain.run(peer.tenant_id, peer.server_name), 'drain');
    }
  }
}
