import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { ProviderConfig } from '@scaiwave/config';
import { Database } from '@scaiwave/database';
import { DomainError } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import { Issuers } from '../auth/issuers.js';
import { ATTEMPT_MS } from '../auth/login-flow.js';
import { beginPkce, endPkce } from '../auth/pkce.js';
import { cookieOf, hashOf, SESSION_COOKIE, SESSION_MS } from '../auth/sessions.js';
import { providerPersonOf, type ProviderPerson } from './provider-person.js';
import { ProviderSessionStore } from './provider-session.store.js';

const WHY = 'people of the provider are of no tenant';

/** The login and the sessions of the provider's people, as those of tenants are: PKCE, and a cookie of which only the hash is stored. */
@Injectable()
export class ProviderSessions {
  constructor(
    private readonly db: Database,
    private readonly store: ProviderSessionStore,
    private readonly issuers: Issuers,
    private readonly clock: Clock,
  ) {}

  /** The address at the issuer. */
  async begin({ issuer, clientId }: ProviderConfig, { redirectUri, returnTo }: { redirectUri: string; returnTo: string }): Promise<string> {
    const { client } = await this.issuers.find(issuer, clientId);
    const { href, attempt: { state, verifier, nonce } } = await beginPkce(client, redirectUri);
    const now = this.clock.date();
    const attempt = { verifier, nonce, return_to: returnTo, expires_at: new Date(now.getTime() + ATTEMPT_MS) };
    await this.db.acrossTenants(WHY, (fleet) => this.store.insertAttempt(fleet, { stateHash: hashOf(state), attempt, now }));
    return href;
  }

  /** @throws DomainError `SW_AUTH_OIDC_FAILED`, `SW_PROVIDER_ROLE_MISSING` */
  async complete(provider: ProviderConfig, callback: URL): Promise<{ id: string; csrfToken: string; maxAgeSeconds: number; returnTo: string }> {
    const state = callback.searchParams.get('state') ?? '';
    const attempt = await this.db.acrossTenants(WHY, (fleet) => this.store.takeAttempt(fleet, hashOf(state)));
    if (!attempt || attempt.expires_at.getTime() < this.clock.now()) throw new DomainError('SW_AUTH_OIDC_FAILED', { reason: 'the login was started too long ago, or elsewhere' });
    const person = providerPersonOf(await endPkce(await this.issuers.findProvidersClient(provider), callback, { state, verifier: attempt.verifier, nonce: attempt.nonce }));
    assertRole(provider, person);
    const [id, csrfToken] = [randomBytes(32).toString('base64url'), randomBytes(24).toString('base64url')];
    const now = this.clock.date();
    const session = { ...person, issuer: provider.issuer, csrf_token: csrfToken, expires_at: new Date(now.getTime() + SESSION_MS) };
    await this.db.acrossTenants(WHY, (fleet) => this.store.insertSession(fleet, { idHash: hashOf(id), session, now }));
    return { id, csrfToken, maxAgeSeconds: SESSION_MS / 1000, returnTo: attempt.return_to };
  }

  /** Null where there is none, or it is over, or another issuer had opened it. */
  async find({ issuer }: ProviderConfig, cookies: string | undefined): Promise<{ person: ProviderPerson; csrfToken: string } | null> {
    const id = cookieOf(cookies, SESSION_COOKIE);
    if (!id) return null;
    const session = await this.db.acrossTenants(WHY, (fleet) => this.store.findSession(fleet, hashOf(id)));
    if (!session || session.issuer !== issuer || session.expires_at.getTime() <= this.clock.now()) return null;
    return { person: { subject: session.subject, name: session.name, roles: session.roles }, csrfToken: session.csrf_token };
  }

  async close(cookies: string | undefined): Promise<void> {
    const id = cookieOf(cookies, SESSION_COOKIE);
    if (id) await this.db.acrossTenants(WHY, (fleet) => this.store.deleteSession(fleet, hashOf(id)));
  }
}

/** @throws DomainError `SW_PROVIDER_ROLE_MISSING` */
export function assertRole({ roles }: ProviderConfig, person: ProviderPerson): void {
  if (!person.roles.some((role) => roles.includes(role))) throw new DomainError('SW_PROVIDER_ROLE_MISSING');
}
