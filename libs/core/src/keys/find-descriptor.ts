import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { Clock } from '@scaiwave/telemetry';
import type { TenantContext } from '../tenants/index.js';
import { DescriptorStore } from './descriptor.store.js';

/** The bytes that `GET /.well-known/scaiwave/server` serves, and how long they may be cached. */
export interface ServedDescriptor {
  body: string;
  maxAgeS: number;
}

/** Finds what a worker published; null (the API answers 503) until one did, or when none renewed it in time. */
@Injectable()
export class FindDescriptor {
  constructor(
    private readonly db: Database,
    private readonly store: DescriptorStore,
    private readonly clock: Clock,
  ) {}

  async run(tenant: TenantContext): Promise<ServedDescriptor | null> {
    const row = await this.db.readTenant(tenant.id, (db) => this.store.findDescriptor(db));
    if (!row) return null;
    const leftMs = row.valid_until.getTime() - this.clock.now();
    if (leftMs <= 0) return null;
    // Five minutes at most: whoever caches longer would miss a revoked key.
    return { body: row.body, maxAgeS: Math.min(300, Math.floor(leftMs / 1000)) };
  }
}
