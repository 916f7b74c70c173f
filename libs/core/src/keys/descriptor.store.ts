import { Injectable } from '@nestjs/common';
import type { Db, Tx } from '@scaiwave/database';
import type { PublicKeyEntry } from './keyring.js';

/** The descriptor as a worker signed it. */
export interface DescriptorRow {
  body: string;
  source_hash: string;
  built_at: Date;
  valid_until: Date;
}

/** A row of `signing_keys`: public parts only. */
export interface SigningKeyRow {
  kid: string;
  /** Raw 32 bytes. */
  public_key: Buffer;
  state: string;
  valid_from: Date;
  valid_until: Date | null;
}

@Injectable()
export class DescriptorStore {
  async findDescriptor(db: Db): Promise<DescriptorRow | null> {
    return db.queryOne<DescriptorRow>('SELECT body, source_hash, built_at, valid_until FROM descriptors WHERE tenant_id = $1', [db.tenantId]);
  }

  /** Newest first. */
  async listSigningKeys(db: Db): Promise<SigningKeyRow[]> {
    return db.query<SigningKeyRow>(
      'SELECT kid, public_key, state, valid_from, valid_until FROM signing_keys WHERE tenant_id = $1 ORDER BY valid_from DESC, kid', [db.tenantId]);
  }

  async upsertSigningKey(tx: Tx, key: PublicKeyEntry, at: Date): Promise<void> {
    await tx.execute(
      `INSERT INTO signing_keys (tenant_id, kid, public_key, state, valid_from, valid_until, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (tenant_id, kid) DO UPDATE SET state = $4, valid_from = $5, valid_until = $6
       WHERE (signing_keys.state, signing_keys.valid_from, signing_keys.valid_until) IS DISTINCT FROM ($4, $5, $6)`,
      [tx.tenantId, key.kid, key.publicKey, key.state, key.validFrom, key.validUntil, at]);
  }

  async upsertDescriptor(tx: Tx, row: DescriptorRow): Promise<void> {
    await tx.execute(
      `INSERT INTO descriptors (tenant_id, body, source_hash, built_at, valid_until) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (tenant_id) DO UPDATE SET body = $2, source_hash = $3, built_at = $4, valid_until = $5`,
      [tx.tenantId, row.body, row.source_hash, row.built_at, row.valid_until]);
  }
}
