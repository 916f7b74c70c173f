import { Injectable } from '@nestjs/common';
import type { FleetTx } from '@scaiwave/database';

/** A worker that lives, and the coming keys that it has loaded. */
export interface WorkerHeartbeat {
  pool: string;
  worker: string;
  loadedKids: readonly string[];
  at: Date;
}

@Injectable()
export class WorkerStore {
  async upsert(fleet: FleetTx, { pool, worker, loadedKids, at }: WorkerHeartbeat): Promise<void> {
    await fleet.execute(
      `INSERT INTO workers (pool, worker, loaded_kids, heartbeat_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (pool, worker) DO UPDATE SET loaded_kids = $3, heartbeat_at = $4`, [pool, worker, loadedKids, at]);
  }

  async remove(fleet: FleetTx, { pool, worker }: { pool: string; worker: string }): Promise<void> {
    await fleet.execute('DELETE FROM workers WHERE pool = $1 AND worker = $2', [pool, worker]);
  }

  /** Those that were killed. */
  async removeSilent(fleet: FleetTx, before: Date): Promise<void> {
    await fleet.execute('DELETE FROM workers WHERE heartbeat_at < $1', [before]);
  }
}
