import { Injectable } from '@nestjs/common';
import type { Db, Tx } from '@scaiwave/database';
import type { PeerDeclaration } from './build-peer-declaration.js';

/** What the provider declared about one peer, as it stands in `peers`. */
export interface DeclarationRow {
  server_name: string;
  declaration: PeerDeclaration;
  declaration_resource: string;
}

const IS_SUSPENDED = `COALESCE((peers.declaration->'policy'->>'suspend')::boolean, false)`;
const TRUST = `jsonb_build_object('mode', peers.declaration->'trust_mode', 'pins', peers.declaration->'pins', 'unknown', peers.declaration->'on_unknown_key')`;

function trustOf({ trust_mode: mode, pins, on_unknown_key: unknown }: PeerDeclaration): object {
  return { mode, pins, unknown };
}

@Injectable()
export class DeclarationStore {
  async listDeclarations(db: Db): Promise<DeclarationRow[]> {
    return db.query<DeclarationRow>(
      `SELECT server_name, declaration, declaration_resource FROM peers WHERE tenant_id = $1 AND declaration_resource IS NOT NULL ORDER BY server_name`,
      [db.tenantId]);
  }

  async upsertDeclaration(tx: Tx, row: DeclarationRow, at: Date): Promise<void> {
    await tx.execute(
      `INSERT INTO peers (tenant_id, server_name, declaration, declaration_resource, created_at) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (tenant_id, server_name) DO UPDATE SET declaration = $3, declaration_resource = $4,
         resumed_at = CASE WHEN ${IS_SUSPENDED} AND NOT $6 THEN $5 ELSE peers.resumed_at END,
         descriptor_valid_until = CASE WHEN ${TRUST} IS DISTINCT FROM $7::jsonb THEN LEAST(peers.descriptor_valid_until, $5) ELSE peers.descriptor_valid_until END`,
      [tx.tenantId, row.server_name, JSON.stringify(row.declaration), row.declaration_resource, at, row.declaration.policy.suspend, JSON.stringify(trustOf(row.declaration))]);
  }

  /** Forgets a declaration; the peer itself, its rooms and what the admin decided stay. */
  async dropDeclaration(tx: Tx, serverName: string, at: Date): Promise<void> {
    await tx.execute(
      `UPDATE peers SET declaration = NULL, declaration_resource = NULL, resumed_at = CASE WHEN ${IS_SUSPENDED} THEN $3 ELSE resumed_at END
       WHERE tenant_id = $1 AND server_name = $2`,
      [tx.tenantId, serverName, at]);
  }
}
