import { Injectable } from '@nestjs/common';
import type { Db, Tx } from '@scaiwave/database';
import type { ParticipantRow } from './participant-row.js';

const COLUMNS = `tenant_id, id, fqid, local_id, server_name, display_name, participant_type, role, oidc_subject, email, avatar_url, bio, preferences,
  presence, profile_fetched_at, created_at`;

export type NewParticipant = Pick<ParticipantRow, 'id' | 'fqid' | 'local_id' | 'server_name' | 'display_name' | 'participant_type' | 'role' | 'oidc_subject' | 'email' | 'created_at'>;

@Injectable()
export class ParticipantStore {
  async findByFqid(db: Db, fqid: string): Promise<ParticipantRow | null> {
    return db.queryOne<ParticipantRow & Record<string, unknown>>(`SELECT ${COLUMNS} FROM participants WHERE tenant_id = $1 AND fqid = $2`, [db.tenantId, fqid]);
  }

  async findById(db: Db, id: string): Promise<ParticipantRow | null> {
    return db.queryOne<ParticipantRow & Record<string, unknown>>(`SELECT ${COLUMNS} FROM participants WHERE tenant_id = $1 AND id = $2`, [db.tenantId, id]);
  }

  async findBySubject(db: Db, subject: string): Promise<ParticipantRow | null> {
    return db.queryOne<ParticipantRow & Record<string, unknown>>(`SELECT ${COLUMNS} FROM participants WHERE tenant_id = $1 AND oidc_subject = $2`, [db.tenantId, subject]);
  }

  /** One at a time until the transaction ends: a newcomer's page calls many things at once, and all of them find nobody. */
  async lockSubject(tx: Tx, subject: string): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended($1 || ' ' || $2, 0))`, [tx.tenantId, subject]);
  }

  async listByIds(db: Db, ids: readonly string[]): Promise<ParticipantRow[]> {
    return db.query<ParticipantRow & Record<string, unknown>>(`SELECT ${COLUMNS} FROM participants WHERE tenant_id = $1 AND id::text = ANY($2)`, [db.tenantId, ids]);
  }

  async listByFqids(db: Db, fqids: readonly string[]): Promise<ParticipantRow[]> {
    return db.query<ParticipantRow & Record<string, unknown>>(`SELECT ${COLUMNS} FROM participants WHERE tenant_id = $1 AND fqid = ANY($2)`, [db.tenantId, fqids]);
  }

  /** Returns null if the FQID is taken: somebody else inserted it first. */
  async insertParticipant(tx: Tx, person: NewParticipant): Promise<ParticipantRow | null> {
    return tx.queryOne<ParticipantRow & Record<string, unknown>>(
      `INSERT INTO participants (tenant_id, id, fqid, local_id, server_name, display_name, participant_type, role, oidc_subject, email, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING RETURNING ${COLUMNS}`,
      [tx.tenantId, person.id, person.fqid, person.local_id, person.server_name, person.display_name, person.participant_type, person.role, person.oidc_subject, person.email, person.created_at],
    );
  }

  async markDisplayName(tx: Tx, id: string, displayName: string): Promise<void> {
    await tx.query('UPDATE participants SET display_name = $3 WHERE tenant_id = $1 AND id = $2', [tx.tenantId, id, displayName]);
  }

  /** Name, role and address follow the issuer's claims. */
  async markLogin(tx: Tx, login: { id: string; displayName: string; role: ParticipantRow['role']; email: string | null }): Promise<ParticipantRow> {
    const row = await tx.queryOne<ParticipantRow & Record<string, unknown>>(
      `UPDATE participants SET display_name = $3, role = $4, email = $5 WHERE tenant_id = $1 AND id = $2 RETURNING ${COLUMNS}`,
      [tx.tenantId, login.id, login.displayName, login.role, login.email],
    );
    if (!row) throw new Error('a participant vanished while logging in');
    return row;
  }

  async markPreferences(tx: Tx, id: string, preferences: Record<string, unknown>): Promise<void> {
    await tx.query('UPDATE participants SET preferences = preferences || $3 WHERE tenant_id = $1 AND id = $2', [tx.tenantId, id, JSON.stringify(preferences)]);
  }

  async markPresence(tx: Tx, id: string, presence: string | null): Promise<void> {
    await tx.query('UPDATE participants SET presence = $3 WHERE tenant_id = $1 AND id = $2', [tx.tenantId, id, presence]);
  }

  /** Anywhere in the display name or the FQID. */
  search(db: Db, search: { q: string; includeOwn?: boolean; includeFederated: boolean; limit: number; offset: number }): Promise<ParticipantRow[]> {
    return db.query<ParticipantRow & Record<string, unknown>>(
      `SELECT ${COLUMNS} FROM participants WHERE tenant_id = $1 AND CASE participant_type WHEN 'human' THEN $6::bool ELSE $3::bool END
         AND (strpos(lower(display_name), lower($2)) > 0 OR strpos(fqid, lower($2)) > 0) ORDER BY participant_type DESC, local_id LIMIT $4 OFFSET $5`,
      [db.tenantId, search.q, search.includeFederated, search.limit, search.offset, search.includeOwn ?? true],
    );
  }
}
