import { Injectable } from '@nestjs/common';
import type { Db } from '@scaiwave/database';

export interface StatsRow {
  [column: string]: number;
  people: number;
  foreign_people: number;
  rooms: number;
  federated_rooms: number;
  events: number;
  events_last_day: number;
  peers: number;
  failing_peers: number;
}

/** How much there is of a tenant. */
@Injectable()
export class StatsStore {
  async count(db: Db, since: Date): Promise<StatsRow> {
    const row = await db.queryOne<StatsRow>(
      `SELECT p.people, p.foreign_people, r.rooms, r.federated_rooms, e.events, e.events_last_day, s.peers, s.failing_peers FROM
        (SELECT count(*) FILTER (WHERE participant_type = 'human') AS people, count(*) FILTER (WHERE participant_type = 'federated') AS foreign_people FROM participants WHERE tenant_id = $1) p,
        (SELECT count(*) AS rooms, count(*) FILTER (WHERE EXISTS (SELECT 1 FROM lanes l WHERE l.tenant_id = o.tenant_id AND l.room_id = o.id AND l.end_seq IS NULL)) AS federated_rooms FROM rooms o WHERE tenant_id = $1 AND state = 'open') r,
        (SELECT count(*) AS events, count(*) FILTER (WHERE created_at >= $2) AS events_last_day FROM events WHERE tenant_id = $1) e,
        (SELECT count(*) AS peers, count(*) FILTER (WHERE failing_since IS NOT NULL) AS failing_peers FROM peers WHERE tenant_id = $1) s`,
      [db.tenantId, since],
    );
    if (!row) throw new Error('counts without a row');
    return row;
  }
}
