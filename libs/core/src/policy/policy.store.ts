import { Injectable } from '@nestjs/common';
import type { Db, Tx } from '@scaiwave/database';
import { effectivePolicy, type EffectivePolicy, type PartialPolicy, type PeerStanding, type ServerName } from '@scaiwave/protocol';
import type { PeerDeclaration } from '../tenants/index.js';
import { standingOf, type StandingFacts } from './peer-standing.js';

type DeclaredPolicy = PeerDeclaration['policy'];

export interface PolicySides {
  provider: PartialPolicy;
  admin: PartialPolicy | null;
  declared: string[];
  /** `namespace/name` or file of the provider's resource */
  resource: string | null;
  [column: string]: unknown;
}

@Injectable()
export class PolicyStore {
  /** The policy in force: the more restrictive of the provider's and the admin's, field by field. One statement. */
  async effective(db: Db): Promise<EffectivePolicy> {
    const row = await this.sides(db);
    return effectivePolicy(row.provider, row.admin ?? {}, row.declared);
  }

  /** What each side has stated. */
  async sides(db: Db): Promise<PolicySides> {
    const row = await db.queryOne<PolicySides>(
      `SELECT t.provider_policy AS provider, p.admin, t.resource,
         ARRAY(SELECT server_name FROM peers WHERE tenant_id = t.id AND declaration IS NOT NULL ORDER BY 1) AS declared
       FROM tenants t LEFT JOIN policies p ON p.tenant_id = t.id WHERE t.id = $1`,
      [db.tenantId],
    );
    if (!row) throw new Error('a tenant without a row');
    return row;
  }

  /** The same, and nobody else changes them until the transaction ends. */
  async lockSides(tx: Tx, at: Date): Promise<PolicySides> {
    await tx.query(`INSERT INTO policies (tenant_id, admin, updated_at) VALUES ($1, '{}', $2) ON CONFLICT DO NOTHING`, [tx.tenantId, at]);
    await tx.query('SELECT 1 FROM policies WHERE tenant_id = $1 FOR UPDATE', [tx.tenantId]);
    return this.sides(tx);
  }

  /** What the provider states about these peers, for those that it declares. */
  async listDeclared(db: Db, serverNames: readonly ServerName[]): Promise<Map<ServerName, DeclaredPolicy>> {
    const rows = await db.query<{ server_name: ServerName; policy: DeclaredPolicy }>(
      `SELECT server_name, declaration->'policy' AS policy FROM peers WHERE tenant_id = $1 AND server_name = ANY($2) AND declaration ? 'policy' ORDER BY 1`,
      [db.tenantId, serverNames],
    );
    return new Map(rows.map((row) => [row.server_name, row.policy]));
  }

  async standingOf(db: Db, serverName: ServerName): Promise<PeerStanding> {
    return standingOf(
      await db.queryOne<StandingFacts & Record<string, unknown>>('SELECT admin_state, declaration FROM peers WHERE tenant_id = $1 AND server_name = $2', [db.tenantId, serverName]),
    );
  }

  async upsertAdmin(tx: Tx, admin: PartialPolicy, at: Date): Promise<void> {
    await tx.query(
      `INSERT INTO policies (tenant_id, admin, updated_at) VALUES ($1, $2, $3) ON CONFLICT (tenant_id) DO UPDATE SET admin = $2, updated_at = $3`,
      [tx.tenantId, JSON.stringify(admin), at],
    );
  }
}
