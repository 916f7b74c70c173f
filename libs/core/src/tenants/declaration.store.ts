import { Injectable } from '@nestjs/common';
import type { Db, Tx } from '@scaiwave/database';
import type { PeerDeclaration } from './build-peer-declaration.js';

/** What the provider declared about one peer, as it stands in `peers`. */
export interface DeclarationRow {
  server_name: string;
  declaration: PeerDeclaration;
  declaration_resource: string;
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
       ON CONFLICT (tenant_id, server_name) DO UPDATE SET declaration = $3, declaration_resource = $4`,
      [tx.tenantId, row.server_name, JSON.stringify(row.declaration), row.declaration_resource, at]);
  }

  /** Forgets a declaration; the peer itself, its rooms and what the admin decided stay. */
  async dropDeclaration(tx: Tx, serverName: string): Promise<void> {
    await tx.execute('UPDATE peers SET declaration = NULL, declaration_resource = NULL WHERE tenant_id = $1 AND server_name = $2', [tx.tenantId, serverName]);
  }
}
