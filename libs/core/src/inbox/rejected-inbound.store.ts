import { Injectable } from '@nestjs/common';
import type { Db, Tx } from '@scaiwave/database';

/** What was refused and why; never anything of a body. */
export interface Rejection {
  id: string;
  /** as claimed; empty where no origin was named */
  origin: string;
  code: string;
  reason: string;
  details: Record<string, unknown>;
  at: Date;
}

@Injectable()
export class RejectedInboundStore {
  async insertRejections(tx: Tx, rejections: readonly Rejection[]): Promise<void> {
    await tx.query(
      `INSERT INTO rejected_inbound (tenant_id, id, origin, code, reason, details, at)
       SELECT $1, * FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::jsonb[], $7::timestamptz[])`,
      [
        tx.tenantId, rejections.map((r) => r.id), rejections.map((r) => r.origin), rejections.map((r) => r.code), rejections.map((r) => r.reason),
        rejections.map((r) => JSON.stringify(r.details)), rejections.map((r) => r.at),
      ],
    );
  }

  /** Newest first; `total` counts what the filter names. */
  async listRejections(db: Db, page: { origin?: string | undefined; code?: string | undefined; limit: number; offset: number }): Promise<{ rows: Rejection[]; total: number }> {
    const filter = `FROM rejected_inbound WHERE tenant_id = $1 AND ($2::text IS NULL OR origin = $2) AND ($3::text IS NULL OR code = $3)`;
    const named = [db.tenantId, page.origin ?? null, page.code ?? null];
    const [rows, counted] = await Promise.all([
      db.query<Rejection>(`SELECT id, origin, code, reason, details, at ${filter} ORDER BY at DESC, id DESC LIMIT $4 OFFSET $5`, [...named, page.limit, page.offset]),
      db.queryOne<{ n: number }>(`SELECT count(*)::int AS n ${filter}`, named),
    ]);
    return { rows, total: counted?.n ?? 0 };
  }

  /** Keeps the newest `keep` rows. */
  async deleteOldest(tx: Tx, keep: number): Promise<void> {
    await tx.query(
      `DELETE FROM rejected_inbound WHERE tenant_id = $1 AND at < (SELECT at FROM rejected_inbound WHERE tenant_id = $1 ORDER BY at DESC OFFSET $2 LIMIT 1)`,
      [tx.tenantId, keep],
    );
  }
}
