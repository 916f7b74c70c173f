import { Injectable } from '@nestjs/common';
import type { Db, Tx } from '@scaiwave/database';

export interface SessionRow {
  participant_id: string;
  csrf_token: string;
  expires_at: Date;
  [column: string]: unknown;
}

export interface LoginAttemptRow {
  verifier: string;
  nonce: string;
  return_to: string;
  expires_at: Date;
  [column: string]: unknown;
}

@Injectable()
export class SessionStore {
  findSession(db: Db, idHash: Buffer): Promise<SessionRow | null> {
    return db.queryOne<SessionRow>('SELECT participant_id, csrf_token, expires_at FROM sessions WHERE tenant_id = $1 AND id_hash = $2', [db.tenantId, idHash]);
  }

  async insertSession(tx: Tx, session: { idHash: Buffer; participantId: string; csrfToken: string; createdAt: Date; expiresAt: Date }): Promise<void> {
    await tx.query('DELETE FROM sessions WHERE tenant_id = $1 AND expires_at < $2', [tx.tenantId, session.createdAt]);
    await tx.query('INSERT INTO sessions (tenant_id, id_hash, participant_id, csrf_token, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)', [
      tx.tenantId, session.idHash, session.participantId, session.csrfToken, session.createdAt, session.expiresAt,
    ]);
  }

  async deleteSession(tx: Tx, idHash: Buffer): Promise<void> {
    await tx.query('DELETE FROM sessions WHERE tenant_id = $1 AND id_hash = $2', [tx.tenantId, idHash]);
  }

  async insertAttempt(tx: Tx, attempt: { stateHash: Buffer; verifier: string; nonce: string; returnTo: string; now: Date; expiresAt: Date }): Promise<void> {
    await tx.query('DELETE FROM login_attempts WHERE tenant_id = $1 AND expires_at < $2', [tx.tenantId, attempt.now]);
    await tx.query('INSERT INTO login_attempts (tenant_id, state_hash, verifier, nonce, return_to, expires_at) VALUES ($1, $2, $3, $4, $5, $6)', [
      tx.tenantId, attempt.stateHash, attempt.verifier, attempt.nonce, attempt.returnTo, attempt.expiresAt,
    ]);
  }

  /** An attempt is used once. */
  takeAttempt(tx: Tx, stateHash: Buffer): Promise<LoginAttemptRow | null> {
    return tx.queryOne<LoginAttemptRow>('DELETE FROM login_attempts WHERE tenant_id = $1 AND state_hash = $2 RETURNING verifier, nonce, return_to, expires_at', [tx.tenantId, stateHash]);
  }
}
