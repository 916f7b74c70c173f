import { Injectable } from '@nestjs/common';
import { Database, type Db } from '@scaiwave/database';
import { decidePeering, DomainError, type PeeringVerdict, type ServerName } from '@scaiwave/protocol';
import type { Actor } from '../../participants/index.js';
import type { PeerKeyRow, PeerRow } from '../../peers/index.js';
import { PolicyStore, standingOf } from '../../policy/index.js';
import { BacklogStore } from '../backlog.store.js';
import { PeerOverviewStore, type PeerRoomRow } from './peer-overview.store.js';

const MOST_ROOMS = 500;

/** One peer with all that an admin wants to know of it. */
export interface PeerOverview {
  row: PeerRow;
  keys: PeerKeyRow[];
  /** events and control events that it has not stored yet */
  backlog: number;
  oldestPendingAt: Date | null;
  sharedRooms: number;
  /** every shared room was proven to be the same on both sides, the first of them at this time */
  inSyncAt: Date | null;
  /** of one peer; not listed of many */
  rooms: PeerRoomRow[];
  verdict: PeeringVerdict;
  /** named in the admin's own list of allowed peers */
  isAllowedByName: boolean;
}

/** Other servers as this tenant's admin sees them. */
@Injectable()
export class ListPeers {
  constructor(
    private readonly db: Database,
    private readonly store: PeerOverviewStore,
    private readonly backlogs: BacklogStore,
    private readonly policies: PolicyStore,
  ) {}

  run(input: { actor: Actor; limit: number; offset: number }): Promise<{ peers: PeerOverview[]; total: number }> {
    return this.db.readTenant(input.actor.tenant.id, async (db) => {
      const rows = await this.store.listPeers(db, { serverName: null, limit: input.limit, offset: input.offset });
      return { peers: await this.describe(db, rows), total: await this.store.countPeers(db) };
    });
  }

  /** @throws DomainError `SW_NOT_FOUND` for a server that this tenant has never met */
  one(input: { actor: Actor; serverName: ServerName }): Promise<PeerOverview> {
    return this.db.readTenant(input.actor.tenant.id, async (db) => {
      const rows = await this.store.listPeers(db, { serverName: input.serverName, limit: 1, offset: 0 });
      const [peer] = await this.describe(db, rows);
      if (!peer) throw new DomainError('SW_NOT_FOUND', { server_name: input.serverName });
      return { ...peer, rooms: await this.store.listRooms(db, input.serverName, MOST_ROOMS) };
    });
  }

  /** @throws DomainError `SW_NOT_FOUND` for a server that this tenant has never met */
  async mustBeKnown(input: { actor: Actor; serverName: ServerName }): Promise<void> {
    const rows = await this.db.readTenant(input.actor.tenant.id, (db) => this.store.listPeers(db, { serverName: input.serverName, limit: 1, offset: 0 }));
    if (rows.length === 0) throw new DomainError('SW_NOT_FOUND', { server_name: input.serverName });
  }

  private async describe(db: Db, rows: readonly PeerRow[]): Promise<PeerOverview[]> {
    if (rows.length === 0) return [];
    const names = rows.map((row) => row.server_name);
    const [policy, backlogs, keys, rooms, inSync] = await Promise.all([
      this.policies.effective(db), this.backlogs.listOfTenant(db), this.store.listKeys(db, names), this.store.countSharedRooms(db, names), this.store.listInSync(db, names),
    ]);
    return rows.map((row) => ({
      row,
      keys: keys.get(row.server_name) ?? [],
      backlog: backlogs.get(row.server_name)?.events ?? 0,
      oldestPendingAt: backlogs.get(row.server_name)?.oldestAt ?? null,
      sharedRooms: rooms.get(row.server_name) ?? 0,
      inSyncAt: inSync.get(row.server_name) ?? null,
      rooms: [],
      verdict: decidePeering(policy, row.server_name, standingOf(row)),
      isAllowedByName: policy.lists.admin?.includes(row.server_name) ?? false,
    }));
  }
}
