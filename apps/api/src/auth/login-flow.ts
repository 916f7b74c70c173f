import { Injectable } from '@nestjs/common';
import { LogIn, type TenantRow } from '@scaiwave/core';
import { Database } from '@scaiwave/database';
import { DomainError } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import { Issuers } from './issuers.js';
import { beginPkce, endPkce } from './pkce.js';
import { SessionStore } from './session.store.js';
import { hashOf } from './sessions.js';

/** How long a person may take at the issuer. */
export const ATTEMPT_MS = 600_000;

/** The login of a tenant's people: the browser goes to the issuer and comes back with a code. */
@Injectable()
export class LoginFlow {
  constructor(
    private readonly db: Database,
    private readonly store: SessionStore,
    private readonly logIn: LogIn,
    private readonly issuers: Issuers,
    private readonly clock: Clock,
  ) {}

  /** The address at the issuer. */
  async begin(tenant: TenantRow, input: { redirectUri: string; returnTo: string }): Promise<string> {
    const { client } = await this.issuers.find(tenant.oidc_issuer, tenant.oidc_client_id);
    const { href, attempt: { state, ...kept } } = await beginPkce(client, input.redirectUri);
    const now = this.clock.date();
    const attempt = { stateHash: hashOf(state), ...kept, returnTo: input.returnTo, now, expiresAt: new Date(now.getTime() + ATTEMPT_MS) };
    await this.db.forTenant(tenant.id, (tx) => this.store.insertAttempt(tx, attempt));
    return href;
  }

  /** @throws DomainError `SW_AUTH_OIDC_FAILED` */
  async complete(tenant: TenantRow, callback: URL): Promise<{ participantId: string; returnTo: string }> {
    const state = callback.searchParams.get('state') ?? '';
    const attempt = await this.db.forTenant(tenant.id, (tx) => this.store.takeAttempt(tx, hashOf(state)));
    if (!attempt || attempt.expires_at.getTime() < this.clock.now()) throw new DomainError('SW_AUTH_OIDC_FAILED', { reason: 'the login was started too long ago, or elsewhere' });
    const claims = await endPkce(await this.issuers.findClient(tenant), callback, { state, verifier: attempt.verifier, nonce: attempt.nonce });
    const actor = await this.logIn.run({ tenant, claims });
    return { participantId: actor.participantId, returnTo: attempt.return_to };
  }
}
