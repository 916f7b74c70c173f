import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import { Clock, currentRequestId, newId } from '@scaiwave/telemetry';
import { AuditStore } from './audit.store.js';

export interface AuditEntry {
  /** who did it: an FQID, a server_name, or `system` */
  actor: string;
  /** `<feature>.<what happened>`, e.g. `invitation.refused` */
  action: string;
  /** what it was done to: a room, an FQID, a server_name, an invitation */
  subject: string;
  details?: Record<string, unknown>;
}

/** Writes one line of the audit log, in the transaction of the change that it tells of. */
@Injectable()
export class Audit {
  constructor(
    private readonly clock: Clock,
    private readonly store: AuditStore,
  ) {}

  async write(tx: Tx, entry: AuditEntry): Promise<void> {
    await this.store.insert(tx, {
      id: newId(this.clock),
      at: this.clock.date(),
      actor: entry.actor,
      action: entry.action,
      subject: entry.subject,
      details: entry.details ?? {},
      request_id: currentRequestId(),
    });
  }
}
