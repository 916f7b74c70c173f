import { Injectable } from '@nestjs/common';
import { LogIn, type TenantRow } from '@scaiwave/core';
import { Database } from '@scaiwave/database';
import { DomainError } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import * as oidc from 'openid-client';
import { Issuers } from './issuers.js';
import { SessionStore } from './session.store.js';
import { hashOf } from './sessions.js';

const ATTEMPT_MS = 600_000;

/** The authorization code flow with PKCE (RFC 7636): the browser goes to the issuer and comes back with a code. */
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
    const [verifier, state, nonce] = [oidc.randomPKCECodeVerifier(), oidc.randomState(), oidc.randomNonce()];
    const now = this.clock.date();
    const attempt = { stateHash: hashOf(state), verifier, nonce, returnTo: input.returnTo, now, expiresAt: new Date(now.getTime() + ATTEMPT_MS) };
    await this.db.forTenant(tenant.id, (tx) => this.store.insertAttempt(tx, attempt));
    const parameters = {
      redirect_uri: input.redirectUri,
      scope: 'openid profile email',
      state,
      nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    };
    return oidc.buildAuthorizationUrl(client, parameters).href;
  }

  /** @throws DomainError `SW_AUTH_OIDC_FAILED` */
  async complete(tenant: TenantRow, callback: URL): Promise<{ participantId: string; returnTo: string }> {
    const state = callback.searchParams.get('state') ?? '';
    const attempt = await this.db.forTenant(tenant.id, (tx) => this.store.takeAttempt(tx, hashOf(state)));
    if (!attempt || attempt.expires_at.getTime() < this.clock.now()) throw new DomainError('SW_AUTH_OIDC_FAILED', { reason: 'the login was started too long ago, or elsewhere' });
    const client = await this.issuers.findClient(tenant);
    const claims = await this.#exchange(client, callback, { pkceCodeVerifier: attempt.verifier, expectedNonce: attempt.nonce, expectedState: state, idTokenExpected: true });
    const actor = await this.logIn.run({ tenant, claims });
    return { participantId: actor.participantId, returnTo: attempt.return_to };
  }

  async #exchange(client: oidc.Configuration, callback: URL, checks: oidc.AuthorizationCodeGrantChecks): Promise<oidc.IDToken> {
    try {
      const claims = (await oidc.authorizationCodeGrant(client, callback, checks)).claims();
      if (claims) return claims;
    } catch {
      // Every failure of the exchange is the same to the person: start again.
    }
    throw new DomainError('SW_AUTH_OIDC_FAILED');
  }
}
