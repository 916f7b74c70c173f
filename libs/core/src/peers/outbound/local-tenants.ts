import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import type { ServerName, TenantId } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import { TenantStore, type TenantContext, type TenantRow } from '../../tenants/index.js';

const FRESH_MS = 2_000;
const MAX_CACHED = 20_000;

/** A tenant of this installation, as a worker needs it. */
export interface LocalTenant extends TenantContext {
  state: TenantRow['state'];
  row: TenantRow;
}

/** The tenants of this installation by id and by server_name. Answers are up to 2 s old. */
@Injectable()
export class LocalTenants {
  private readonly cache = new Map<string, { at: number; found: LocalTenant | null }>();

  constructor(
    private readonly db: Database,
    private readonly store: TenantStore,
    private readonly clock: Clock,
  ) {}

  /** A server_name of this installation takes the in-process path. */
  findByName(serverName: ServerName): Promise<LocalTenant | null> {
    return this.cached(serverName, () =>
      this.db.acrossTenants('is this peer a tenant of this installation?', (fleet) => this.store.findByServerName(fleet, serverName)),
    );
  }

  findById(id: TenantId): Promise<LocalTenant | null> {
    return this.cached(id, () => this.db.readTenant(id, (db) => this.store.findOwn(db)));
  }

  private async cached(key: string, read: () => Promise<TenantRow | null>): Promise<LocalTenant | null> {
    const now = this.clock.now();
    const known = this.cache.get(key);
    if (known && Math.abs(now - known.at) < FRESH_MS) return known.found;
    const row = await read();
    const found = row && row.state !== 'deleted' ? { id: row.id, serverName: row.server_name, state: row.state, row } : null;
    if (this.cache.size >= MAX_CACHED) this.cache.clear();
    this.cache.set(key, { at: now, found });
    return found;
  }
}
