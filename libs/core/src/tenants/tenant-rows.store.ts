import { Injectable } from '@nestjs/common';
import type { Db, FleetTx, Tx } from '@scaiwave/database';

/** All rows of a tenant, whatever they are. */
@Injectable()
export class TenantRowsStore {
  /** Every table with rows of tenants that may be deleted from (all but the audit log), those that others refer to last. Asked of the database: none that is added later is forgotten. */
  async listTables(db: Db): Promise<string[]> {
    const rows = await db.query<{ name: string }>(
      `SELECT quote_ident(c.relname) AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
       WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND has_table_privilege(c.oid, 'DELETE')
       ORDER BY (SELECT count(*) FROM pg_constraint f WHERE f.confrelid = c.oid AND f.contype = 'f'), 1`,
    );
    return rows.map(({ name }) => name);
  }

  /** @returns how many went */
  async deleteSome(tx: Tx, table: string, limit: number): Promise<number> {
    return tx.execute(`DELETE FROM ${table} WHERE tenant_id = $1 AND ctid = ANY(ARRAY(SELECT ctid FROM ${table} WHERE tenant_id = $1 LIMIT $2 FOR UPDATE SKIP LOCKED))`, [tx.tenantId, limit]);
  }

  async deleteAudit(fleet: FleetTx, tenantId: string): Promise<void> {
    await fleet.execute('DELETE FROM audit_log WHERE tenant_id = $1', [tenantId]);
  }
}
