import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { Clock } from '@scaiwave/telemetry';
import { MediaStores } from '../../media/index.js';

/** An upload that nobody posted, or whose message was removed. */
const UPLOAD_KEPT_MS = 86_400_000;
/** A copy from another server, which can be fetched again. */
const COPY_KEPT_MS = 7 * 86_400_000;
const AT_ONCE = 100;

/** Removes files that no message shows, and copies that are old. */
@Injectable()
export class MediaSweep {
  constructor(
    private readonly db: Database,
    private readonly stores: MediaStores,
    private readonly clock: Clock,
  ) {}

  async run(): Promise<void> {
    const now = this.clock.now();
    const due = { uploadedBefore: new Date(now - UPLOAD_KEPT_MS), copiedBefore: new Date(now - COPY_KEPT_MS) };
    const tenants = await this.db.acrossTenants('files that nobody needs any more', (fleet) => this.stores.media.listTenantsToClear(fleet, due));
    for (const tenantId of tenants) {
      for (let gone = AT_ONCE; gone === AT_ONCE; ) gone = await this.db.forTenant(tenantId, (tx) => this.stores.media.clear(tx, { ...due, limit: AT_ONCE }));
    }
  }
}
