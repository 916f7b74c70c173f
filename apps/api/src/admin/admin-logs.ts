import { Injectable } from '@nestjs/common';
import { AuditStore, RejectedInboundStore, type Actor, type AuditFilter, type AuditRow } from '@scaiwave/core';
import { Database } from '@scaiwave/database';

/** Rows in memory at once while the audit log is exported. */
const EXPORT_PAGE = 500;

interface AuditQuery {
  actor?: string | undefined;
  action?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

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

  async audit(actor: Actor, { limit, offset, ...query }: AuditQuery & { limit: number; offset: number }) {
    const { rows, total } = await this.db.readTenant(actor.tenant.id, (db) => this.auditLog.list(db, { ...filterOf(query), limit, offset }));
    return { data: rows.map(presentLine), meta: { total } };
  }

  /** The same as JSON lines, each page in a transaction of its own: a slow reader holds none open. */
  async *auditLines(actor: Actor, query: AuditQuery): AsyncGenerator<string> {
    const filter = filterOf(query);
    for (let after: AuditRow | null = null; ; ) {
      const rows: AuditRow[] = await this.db.readTenant(actor.tenant.id, (db) => this.auditLog.listAfter(db, filter, { after, limit: EXPORT_PAGE }));
      if (rows.length > 0) yield rows.map((row) => `${JSON.stringify(presentLine(row))}\n`).join('');
      after = rows.at(-1) ?? null;
      if (rows.length < EXPORT_PAGE) return;
    }
  }
}

function filterOf({ actor, action, from, to }: AuditQuery): AuditFilter {
  return { actor, action, from: from === undefined ? undefined : new Date(from), to: to === undefined ? undefined : new Date(to) };
}

function presentLine(row: AuditRow): Omit<AuditRow, 'at'> & { at: string } {
  return { ...row, at: row.at.toISOString() };
}
