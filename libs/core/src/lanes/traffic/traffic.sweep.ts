import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { Clock } from '@scaiwave/telemetry';
import { PeerTraffic } from './peer-traffic.js';
import { TrafficStore } from './traffic.store.js';

/** What a chart can show, and an hour more: a clock that goes wrong for a while does not empty it. */
const KEPT_MS = 25 * 3_600_000;

/** Writes down what was sent to whom, and forgets what no chart shows any more: at most 300 rows per peer. */
@Injectable()
export class TrafficSweep {
  constructor(
    private readonly db: Database,
    private readonly traffic: PeerTraffic,
    private readonly store: TrafficStore,
    private readonly clock: Clock,
  ) {}

  async record(): Promise<void> {
    const buckets = this.traffic.take();
    if (buckets.length === 0) return;
    try {
      await this.db.acrossTenants('what was sent to which peer', (fleet) => this.store.add(fleet, buckets));
    } catch (error) {
      this.traffic.putBack(buckets);
      throw error;
    }
  }

  async forget(): Promise<void> {
    const before = new Date(this.clock.now() - KEPT_MS);
    await this.db.acrossTenants('traffic that no chart shows any more', (fleet) => this.store.deleteBefore(fleet, before));
  }
}
