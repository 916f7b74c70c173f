import { Injectable } from '@nestjs/common';
import { AuditStore, RejectedInboundStore, type Actor } from '@scaiwave/core';
import { Database } from '@scaiwave/database';

/** What an admin reads of the past. */
@Injectable()
export class AdminLogs {
  constructor(
    private readonly db: Database,
    private readonly rejections: RejectedInboundStore,
    private readonly auditLog: AuditStore,
  ) {}

  async rejected(actor: Actor, query: { origin?: string | undefined; code?: string | undefined; limit: number; offset: number }) {
    const { rows, total } = await this.db.readTenant(actor.tenant.id, (db) => this.rejections.listRejections(db, query));
    return { data: rows.map((row) => ({ ...row, at: row.at.toISOString() })), meta: { total } };
  }

  async audit(actor: Actor, query: { actor?: string | undefined; action?: string | undefined; from?: string | undefined; to?: string | undefined; limit: number; offset: number }) {
    const filter = {
      ...(query.actor === undefined ? {} : { actor: query.actor }),
      ...(query.action === undefined ? {} : { action: query.action }),
      ...(query.from === undefined ? {} : { from: new Date(query.from) }),
      ...(query.to === undefined ? {} : { to: new Date(query.to) }),
      limit: query.limit,
      offset: query.offset,
    };
    const { rows, total } = await this.db.readTenant(actor.tenant.id, (db) => this.auditLog.list(db, filter));
    return { data: rows.map((row) => ({ ...row, at: row.at.toISOString() })), meta: { total } };
  }
}
