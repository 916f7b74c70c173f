import { Injectable } from '@nestjs/common';
import type { ServerName, TenantId } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';

/** How finely traffic is remembered. */
export const TRAFFIC_BUCKET_MS = 300_000;

export interface TrafficCounts {
  /** events that the peer took */
  sent: number;
  /** requests that it did not take */
  retried: number;
  /** events that it refused, or that were given up */
  failed: number;
  /** requests that it took, and how long they took in all */
  answered: number;
  latencyMs: number;
  latencyMaxMs: number;
}

export interface TrafficBucket extends TrafficCounts {
  tenantId: TenantId;
  serverName: ServerName;
  /** begin of the bucket, ms */
  at: number;
}

/** What this process sent to whom since it was last written down: a sum in memory, so that a batch costs no statement more. */
@Injectable()
export class PeerTraffic {
  #buckets = new Map<string, TrafficBucket>();

  constructor(private readonly clock: Clock) {}

  count({ tenantId, serverName }: Pick<TrafficBucket, 'tenantId' | 'serverName'>, counts: Partial<TrafficCounts>): void {
    const at = Math.floor(this.clock.now() / TRAFFIC_BUCKET_MS) * TRAFFIC_BUCKET_MS;
    this.#add({ tenantId, serverName, at, sent: 0, retried: 0, failed: 0, answered: 0, latencyMs: 0, latencyMaxMs: 0, ...counts });
  }

  /** All that was counted; it begins again at nothing. */
  take(): TrafficBucket[] {
    const taken = [...this.#buckets.values()];
    this.#buckets = new Map();
    return taken;
  }

  /** What was taken and could not be written. */
  putBack(buckets: readonly TrafficBucket[]): void {
    for (const bucket of buckets) this.#add(bucket);
  }

  #add(more: TrafficBucket): void {
    const key = `${more.tenantId} ${more.serverName} ${more.at}`;
    const known = this.#buckets.get(key);
    if (!known) {
      this.#buckets.set(key, more);
      return;
    }
    known.sent += more.sent;
    known.retried += more.retried;
    known.failed += more.failed;
    known.answered += more.answered;
    known.latencyMs += more.latencyMs;
    known.latencyMaxMs = Math.max(known.latencyMaxMs, more.latencyMaxMs);
  }
}
