import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { Clock } from '@scaiwave/telemetry';
import { DeliveryOptions } from '../peers/outbound/delivery-options.js';
import { Keyring } from './keyring.js';
import { WorkerStore } from './worker.store.js';

/** A worker whose last heartbeat is older is dead: nobody waits for it. */
export const WORKER_SILENT_MS = 60_000;
const HEARTBEAT_MS = 10_000;

/** Tells whoever promotes keys that this worker lives, and which coming keys it has loaded: at once when they change, else every 10 s. */
@Injectable()
export class AcknowledgeKeys {
  private told: { kids: string; at: number } | null = null;

  constructor(
    private readonly db: Database,
    private readonly workers: WorkerStore,
    private readonly keyring: Keyring,
    private readonly options: DeliveryOptions,
    private readonly clock: Clock,
  ) {}

  async run(): Promise<void> {
    const { pool, worker } = this.options;
    const loadedKids = this.keyring.listComingKids();
    const kids = loadedKids.join();
    const now = this.clock.now();
    if (this.told?.kids === kids && Math.abs(now - this.told.at) < HEARTBEAT_MS) return;
    await this.db.acrossTenants('a worker tells that it lives', async (fleet) => {
      await this.workers.upsert(fleet, { pool, worker, loadedKids, at: new Date(now) });
      await this.workers.removeSilent(fleet, new Date(now - 10 * WORKER_SILENT_MS));
    });
    this.told = { kids, at: now };
  }

  /** It stops: nobody has to wait for it any more. */
  async end(): Promise<void> {
    await this.db.acrossTenants('a worker stops', (fleet) => this.workers.remove(fleet, this.options));
  }
}
