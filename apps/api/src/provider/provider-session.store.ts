import { Injectable } from '@nestjs/common';
import type { FleetTx } from '@scaiwave/database';
import type { LoginAttemptRow } from '../auth/session.store.js';

export interface ProviderSessionRow {
  issuer: string;
  subject: string;
  name: string;
  roles: string[];
  csrf_token: string;
  expires_at: Date;
  [column: string]: unknown;
}

/** Sessions and logins of the provider's people: of no tenant, so that only the fleet role has a right to them. */
@Injectable()
export class ProviderSessionStore {
  findSession(fleet: FleetTx, idHash: Buffer): Promise<ProviderSessionRow | null> {
    return fleet.queryOne<ProviderSessionRow>('SELECT issuer, subject, name, roles, csrf_token, expires_at FROM provider_sessions WHERE id_hash = $1', [idHash]);
  }

  async insertSession(fleet: FleetTx, { idHash, session, now }: { idHash: Buffer; session: ProviderSessionRow; now: Date }): Promise<void> {
    await fleet.query('DELETE FROM provider_sessions WHERE expires_at < $1', [now]);
    await fleet.query('INSERT INTO provider_sessions (id_hash, issuer, subject, name, roles, csrf_token, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)', [
      idHash, session.issuer, session.subject, session.name, session.roles, session.csrf_token, session.expires_at,
    ]);
  }

  async deleteSession(fleet: FleetTx, idHash: Buffer): Promise<void> {
    await fleet.query('DELETE FROM provider_sessions WHERE id_hash = $1', [idHash]);
  }

  async insertAttempt(fleet: FleetTx, { stateHash, attempt, now }: { stateHash: Buffer; attempt: LoginAttemptRow; now: Date }): Promise<void> {
    await fleet.query('DELETE FROM provider_login_attempts WHERE expires_at < $1', [now]);
    await fleet.query('INSERT INTO provider_login_attempts (state_hash, verifier, nonce, return_to, expires_at) VALUES ($1, $2, $3, $4, $5)', [stateHash, attempt.verifier, attempt.nonce, attempt.return_to, attempt.expires_at]);
  }

  /** An attempt is used once. */
  takeAttempt(fleet: FleetTx, stateHash: Buffer): Promise<LoginAttemptRow | null> {
    return fleet.queryOne<LoginAttemptRow>('DELETE FROM provider_login_attempts WHERE state_hash = $1 RETURNING verifier, nonce, return_to, expires_at', [stateHash]);
  }
}
