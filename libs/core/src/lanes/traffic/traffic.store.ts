import { Injectable } from '@nestjs/common';
import type { Db, FleetTx } from '@scaiwave/database';
import type { TrafficBucket } from './peer-traffic.js';

export interface TrafficRow {
  at: Date;
  sent: number;
  retried: number;
  failed: number;
  /** of the requests that it took; null where there were none */
  latency_ms: number | null;
  latency_max_ms: number | null;
}

@Injectable()
export class TrafficStore {
  /** Of all tenants in one statement; several workers add to the same bucket. */
  async add(fleet: FleetTx, buckets: readonly TrafficBucket[]): Promise<void> {
    // In one order, so that two workers cannot wait for each other's rows.
    const rows = buckets.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    await fleet.execute(
      `INSERT INTO peer_traffic AS t (tenant_id, server_name, bucket_at, sent, retried, failed, answered, latency_ms, latency_max_ms)
       SELECT * FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::int[], $5::int[], $6::int[], $7::int[], $8::bigint[], $9::int[])
       ON CONFLICT (tenant_id, server_name, bucket_at) DO UPDATE SET sent = t.sent + excluded.sent, retried = t.retried + excluded.retried, failed = t.failed + excluded.failed,
         answered = t.answered + excluded.answered, latency_ms = t.latency_ms + excluded.latency_ms, latency_max_ms = GREATEST(t.latency_max_ms, excluded.latency_max_ms)`,
      [
        rows.map((row) => row.tenantId), rows.map((row) => row.serverName), rows.map((row) => new Date(row.at)), rows.map((row) => row.sent), rows.map((row) => row.retried),
        rows.map((row) => row.failed), rows.map((row) => row.answered), rows.map((row) => Math.round(row.latencyMs)), rows.map((row) => Math.round(row.latencyMaxMs)),
      ],
    );
  }

  /** Oldest first; five minutes without any traffic have no row. */
  listSince(db: Db, serverName: string, since: Date): Promise<TrafficRow[]> {
    return db.query<TrafficRow & Record<string, unknown>>(
      `SELECT bucket_at AS at, sent, retried, failed, (latency_ms / NULLIF(answered, 0))::int AS latency_ms, CASE WHEN answered > 0 THEN latency_max_ms END AS latency_max_ms
       FROM peer_traffic WHERE tenant_id = $1 AND server_name = $2 AND bucket_at >= $3 ORDER BY bucket_at`,
      [db.tenantId, serverName, since],
    );
  }

  async deleteBefore(fleet: FleetTx, before: Date): Promise<void> {
    await fleet.execute('DELETE FROM peer_traffic WHERE bucket_at < $1', [before]);
  }
}

function keyOf({ tenantId, serverName, at }: TrafficBucket): string {
  return `${tenantId} ${serverName} ${at}`;
}
