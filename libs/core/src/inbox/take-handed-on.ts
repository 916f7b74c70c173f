import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import type { TenantContext } from '../tenants/index.js';
import { rejected, type Outcome } from './batch-outcome.js';
import { ControlInboxStore, type WaitingControlRow } from './control-inbox.store.js';
import { readEntry } from './read-entry.js';
import { RecordRejections } from './record-rejections.js';
import { TakeControl } from './take-control.js';

/** A control event that was stored unverified has been verified: it takes effect now, or is as good as refused. */
@Injectable()
export class TakeHandedOn {
  constructor(
    private readonly db: Database,
    private readonly inbox: ControlInboxStore,
    private readonly control: TakeControl,
    private readonly rejections: RecordRejections,
  ) {}

  async run(tenant: TenantContext, row: WaitingControlRow, { holds }: { holds: boolean }): Promise<void> {
    const outcome = holds ? await this.take(tenant, row) : rejected('SW_FED_SIGNATURE_MISMATCH', 'the signature does not hold under the keys of its origin');
    if (outcome.status !== 'rejected') return;
    await this.db.forTenant(tenant.id, (tx) => this.inbox.deleteReceived(tx, row));
    const { handed_on_by: origin, id } = row;
    await this.rejections.run(tenant, [{ origin, code: outcome.code, reason: outcome.reason, details: { event_id: id, event_origin: row.origin } }]);
  }

  private take(tenant: TenantContext, { handed_on_by: carrier, jws, content }: WaitingControlRow): Promise<Outcome> {
    return this.control.run({ tenant, carrier, entry: { ...readEntry({ jws, content }), verdict: { kind: 'verified' } } });
  }
}
