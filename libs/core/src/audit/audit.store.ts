import { Injectable } from '@nestjs/common';
import type { Db, Tx } from '@scaiwave/database';

/** A row of `audit_log`: append-only, the app's role can neither change nor remove it. */
export interface AuditRow {
  id: string;
  at: Date;
  /** FQID, `admin:<fqid>`, a server_name, or `system` */
  actor: string;
  action: string;
  subject: string;
  details: Record<string, unknown>;
  request_id: string | null;
}

export interface AuditFilter {
  actor?: string | undefined;
  /** an exact action, or a family such as `invitation.` */
  action?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
  /** default 50 */
  limit?: number;
  offset?: number;
}

const COLUMNS = 'id, at, actor, action, subject, details, request_id';
const WHERE = `tenant_id = $1 AND ($2::text IS NULL OR actor = $2) AND ($3::text IS NULL OR action = $3 OR (right($3, 1) = '.' AND starts_with(action, $3)))
  AND ($4::timestamptz IS NULL OR at >= $4) AND ($5::timestamptz IS NULL OR at < $5)`;

@Injectable()
export class AuditStore {
  async insert(tx: Tx, row: AuditRow): Promise<void> {
    await tx.query(
      'INSERT INTO audit_log (tenant_id, id, at, actor, action, subject, details, request_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)',
      [tx.tenantId, row.id, row.at, row.actor, row.action, row.subject, JSON.stringify(row.details), row.request_id],
    );
  }

  /** Newest first, with the number of all rows that the filter matches. */
  async list(db: Db, filter: AuditFilter = {}): Promise<{ rows: AuditRow[]; total: number }> {
    const params = paramsOf(db, filter);
    const rows = await db.query<AuditRow>(
      `SELECT ${COLUMNS} FROM audit_log WHERE ${WHERE} ORDER BY at DESC, id DESC LIMIT $6 OFFSET $7`,
      [...params, filter.limit ?? 50, filter.offset ?? 0],
    );
    const [counted] = await db.query<{ total: number }>(`SELECT count(*)::int AS total FROM audit_log WHERE ${WHERE}`, params);
    return { rows, total: counted?.total ?? 0 };
  }

  /** Newest first, from behind the last row of the page before: lines that are written meanwhile move nothing. */
  listAfter(db: Db, filter: AuditFilter, { after, limit }: { after: AuditRow | null; limit: number }): Promise<AuditRow[]> {
    return db.query<AuditRow>(
      `SELECT ${COLUMNS} FROM audit_log WHERE ${WHERE} AND ($6::timestamptz IS NULL OR (at, id) < ($6, $7::uuid)) ORDER BY at DESC, id DESC LIMIT $8`,
      [...paramsOf(db, filter), after?.at ?? null, after?.id ?? null, limit],
    );
  }
}

function paramsOf(db: Db, filter: AuditFilter): unknown[] {
  return [db.tenantId, filter.actor ?? null, filter.action ?? null, filter.from ?? null, filter.to ?? null];
}
